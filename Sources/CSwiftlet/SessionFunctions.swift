// The names are C names, and swiftlet.h documents each function.
// swift-format-ignore-file: AlwaysUseLowerCamelCase, AllPublicDeclarationsHaveDocumentation

import CSwiftletHeader
import Swiftlet
import SwiftletGraph

@c @implementation
public func swiftlet_session_make(
  _ model: OpaquePointer?, _ maximumBatch: Int, _ lengths: UnsafePointer<Int64>?, _ lengthCount: Int,
  _ threads: Int
) -> OpaquePointer? {
  do throws(ModelError) {
    guard let model = unsafe model else { throw .argument("NULL", name: "model") }
    guard unsafe lengthCount == 0 || lengths != nil else { throw .argument("NULL", name: "lengths") }
    let handle = unsafe ModelHandle.borrow(model)
    // Before the lengths are read: a count that is wrong says nothing about the memory behind them.
    guard lengthCount == handle.openLengthCount else {
      throw .argument(
        "\(UInt(bitPattern: lengthCount)); the model leaves \(handle.openLengthCount) lengths open",
        name: "length_count")
    }
    var given: [Int] = []
    for index in 0..<lengthCount {
      if let lengths = unsafe lengths { given.append(unsafe Int(clamping: lengths[index])) }
    }
    let pool = threads == 1 ? nil : try ThreadPool(threads: threads)
    let session = try handle.model.makeSession(
      maximumBatch: maximumBatch, maximumLengths: given, pool: pool)
    return unsafe SessionHandle(session).retained()
  } catch {
    _ = keep(error)
    return nil
  }
}

@c @implementation
public func swiftlet_session_close(_ session: OpaquePointer?) {
  if let session = unsafe session { unsafe SessionHandle.release(session) }
}

@c @implementation
public func swiftlet_session_predict(
  _ session: OpaquePointer?, _ rows: Int, _ input: UnsafePointer<Float>?,
  _ output: UnsafeMutablePointer<Float>?
) -> Int32 {
  do throws(ModelError) {
    guard let session = unsafe session else { throw .argument("NULL", name: "session") }
    guard unsafe rows == 0 || input != nil else { throw .argument("NULL", name: "input") }
    guard unsafe rows == 0 || output != nil else { throw .argument("NULL", name: "output") }
    let handle = unsafe SessionHandle.borrow(session)
    guard handle.session.inputs.count == 1, handle.session.outputs.count == 1 else {
      throw .argument(
        "the model has \(handle.session.inputs.count) inputs and \(handle.session.outputs.count) outputs; "
          + "use swiftlet_session_run", name: "session")
    }
    try unsafe handle.session.bindInput(0, input, .float32)
    try unsafe handle.session.bindOutput(0, output, .float32)
    try unsafe handle.session.run(rows: rows)
    return SwiftletCode.ok
  } catch {
    return keep(error)
  }
}

@c @implementation
public func swiftlet_session_run(
  _ session: OpaquePointer?, _ rows: Int, _ inputs: UnsafePointer<swiftlet_input>?, _ inputCount: Int,
  _ outputs: UnsafePointer<swiftlet_output>?, _ outputCount: Int
) -> Int32 {
  do throws(ModelError) {
    guard let session = unsafe session else { throw .argument("NULL", name: "session") }
    guard let inputs = unsafe inputs else { throw .argument("NULL", name: "inputs") }
    guard let outputs = unsafe outputs else { throw .argument("NULL", name: "outputs") }
    let handle = unsafe SessionHandle.borrow(session)
    guard inputCount == handle.session.inputs.count, outputCount == handle.session.outputs.count else {
      throw .argument(
        "\(inputCount) inputs and \(outputCount) outputs; the model has \(handle.session.inputs.count) and "
          + "\(handle.session.outputs.count)", name: "inputs or outputs")
    }
    for index in 0..<inputCount {
      let tensor = unsafe inputs[index]
      let type = try unsafe elementType(
        tensor.type, hasData: tensor.data != nil || rows == 0, name: "inputs[\(index)]")
      try unsafe handle.session.bindInput(index, tensor.data, type)
    }
    for index in 0..<outputCount {
      let tensor = unsafe outputs[index]
      let type = try unsafe elementType(
        tensor.type, hasData: tensor.data != nil || rows == 0, name: "outputs[\(index)]")
      try unsafe handle.session.bindOutput(index, tensor.data, type)
    }
    try unsafe handle.session.run(rows: rows)
    return SwiftletCode.ok
  } catch {
    return keep(error)
  }
}

private enum SwiftletCode {
  static let ok: Int32 = 0
}

/// Every type of the header but those that a caller's memory cannot hold yet.
private func elementType(_ code: Int32, hasData: Bool, name: String) throws(ModelError) -> DataType {
  guard hasData else { throw .argument("NULL", name: name) }
  guard let raw = UInt8(exactly: code), let type = DataType(rawValue: raw) else {
    throw .argument("type \(code); the types are 0 to \(DataType.allCases.count - 1)", name: name)
  }
  return type
}
