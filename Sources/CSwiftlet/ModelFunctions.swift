// The names are C names, and swiftlet.h documents each function.
// swift-format-ignore-file: AlwaysUseLowerCamelCase, AllPublicDeclarationsHaveDocumentation

import CSwiftletHeader
import Swiftlet
import SwiftletGraph
import SwiftletHDF5Reader
import SwiftletSystem

@c @implementation
public func swiftlet_abi_version() -> Int32 { SWIFTLET_ABI_VERSION }

@c @implementation
public func swiftlet_last_error_code() -> Int32 { swiftlet_error_code() }

@c @implementation
public func swiftlet_last_error() -> UnsafePointer<CChar>? { unsafe swiftlet_error_kept() }

@c @implementation
public func swiftlet_model_open(_ path: UnsafePointer<CChar>?) -> OpaquePointer? {
  unsafe swiftlet_model_open_in(path, 0)
}

@c @implementation
public func swiftlet_model_open_memory(_ bytes: UnsafeRawPointer?, _ count: Int) -> OpaquePointer? {
  unsafe swiftlet_model_open_memory_in(bytes, count, 0)
}

@c @implementation
public func swiftlet_model_open_in(_ path: UnsafePointer<CChar>?, _ precision: Int32) -> OpaquePointer? {
  do throws(ModelError) {
    guard let path = unsafe path else { throw .argument("NULL", name: "path") }
    let model = try unsafe Model(contentsOf: String(cString: path), precision: known(precision))
    return unsafe ModelHandle(model).retained()
  } catch {
    _ = keep(error)
    return nil
  }
}

@c @implementation
public func swiftlet_model_open_memory_in(
  _ bytes: UnsafeRawPointer?, _ count: Int, _ precision: Int32
) -> OpaquePointer? {
  do throws(ModelError) {
    guard let bytes = unsafe bytes, count >= 0 else { throw .argument("NULL", name: "bytes") }
    // A model reads all it needs while it opens, so the caller's memory is borrowed for this call alone.
    let source = unsafe ByteSource(borrowing: UnsafeRawBufferPointer(start: bytes, count: count))
    return unsafe ModelHandle(try Model(source: source, precision: known(precision))).retained()
  } catch {
    _ = keep(error)
    return nil
  }
}

private func known(_ precision: Int32) throws(ModelError) -> Precision {
  guard let raw = UInt8(exactly: precision), let found = Precision(rawValue: raw) else {
    throw .argument(
      "\(precision); the precisions are 0 to \(Precision.allCases.count - 1)", name: "precision")
  }
  return found
}

@c @implementation
public func swiftlet_model_close(_ model: OpaquePointer?) {
  if let model = unsafe model { unsafe ModelHandle.release(model) }
}

@c @implementation
public func swiftlet_model_input_count(_ model: OpaquePointer?) -> Int {
  guard let model = unsafe model else { return 0 }
  return unsafe ModelHandle.borrow(model).model.inputs.count
}

@c @implementation
public func swiftlet_model_output_count(_ model: OpaquePointer?) -> Int {
  guard let model = unsafe model else { return 0 }
  return unsafe ModelHandle.borrow(model).model.outputs.count
}

@c @implementation
public func swiftlet_model_input_name(_ model: OpaquePointer?, _ index: Int) -> UnsafePointer<CChar>? {
  guard let model = unsafe model else { return nil }
  return unsafe ModelHandle.borrow(model).inputNames.pointer(at: index)
}

@c @implementation
public func swiftlet_model_output_name(_ model: OpaquePointer?, _ index: Int) -> UnsafePointer<CChar>? {
  guard let model = unsafe model else { return nil }
  return unsafe ModelHandle.borrow(model).outputNames.pointer(at: index)
}

@c @implementation
public func swiftlet_model_input_shape(
  _ model: OpaquePointer?, _ index: Int, _ lengths: UnsafeMutablePointer<Int64>?, _ capacity: Int
) -> Int {
  guard let model = unsafe model else { return -1 }
  return unsafe writeShape(ModelHandle.borrow(model).model.inputs, index, lengths, capacity)
}

@c @implementation
public func swiftlet_model_output_shape(
  _ model: OpaquePointer?, _ index: Int, _ lengths: UnsafeMutablePointer<Int64>?, _ capacity: Int
) -> Int {
  guard let model = unsafe model else { return -1 }
  return unsafe writeShape(ModelHandle.borrow(model).model.outputs, index, lengths, capacity)
}

/// Minus one is SIZE_MAX to C.
private func writeShape(
  _ tensors: [TensorDescription], _ index: Int, _ lengths: UnsafeMutablePointer<Int64>?, _ capacity: Int
) -> Int {
  guard tensors.indices.contains(index) else { return -1 }
  let dimensions = tensors[index].shape.dimensions
  if let lengths = unsafe lengths {
    for (place, size) in dimensions.enumerated() where place < capacity {
      unsafe lengths[place] = Int64(size ?? -1)
    }
  }
  return dimensions.count
}

@c @implementation
public func swiftlet_model_input_type(_ model: OpaquePointer?, _ index: Int) -> Int32 {
  guard let model = unsafe model else { return -1 }
  return unsafe elementType(ModelHandle.borrow(model).model.inputs, index)
}

@c @implementation
public func swiftlet_model_output_type(_ model: OpaquePointer?, _ index: Int) -> Int32 {
  guard let model = unsafe model else { return -1 }
  return unsafe elementType(ModelHandle.borrow(model).model.outputs, index)
}

private func elementType(_ tensors: [TensorDescription], _ index: Int) -> Int32 {
  tensors.indices.contains(index) ? Int32(tensors[index].dataType.rawValue) : -1
}

@c @implementation
public func swiftlet_model_label_count(_ model: OpaquePointer?) -> Int {
  guard let model = unsafe model else { return 0 }
  return unsafe ModelHandle.borrow(model).labels.count
}

@c @implementation
public func swiftlet_model_label(_ model: OpaquePointer?, _ index: Int) -> UnsafePointer<CChar>? {
  guard let model = unsafe model else { return nil }
  return unsafe ModelHandle.borrow(model).labels.pointer(at: index)
}
