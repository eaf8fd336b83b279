import AllocationCounter
import Swiftlet
import Testing

@Suite("A run makes no system call", .enabled(if: system_call_trap_works()))
struct SystemCallTests {
  /// A session with rows to run, behind one pointer.
  private final class Runner {
    private var session: Session
    private let rows: Int
    private let inputs: [UnsafeMutablePointer<Float>]
    private let outputs: [UnsafeMutablePointer<Float>]

    init(_ model: Model, inputs arrays: [[Float]], rows: Int, lengths: [Int]) throws {
      let session = try model.makeSession(maximumBatch: rows, maximumLengths: lengths)
      inputs = arrays.map { array in
        let place = UnsafeMutablePointer<Float>.allocate(capacity: max(array.count, 1))
        place.initialize(from: array, count: array.count)
        return place
      }
      outputs = session.outputs.map { output in
        .allocate(capacity: max(rows * (output.shape.elementCount ?? 0), 1))
      }
      self.session = session
      self.rows = rows
    }

    deinit {
      for block in inputs + outputs { block.deallocate() }
    }

    func run(_ times: Int) {
      do {
        for _ in 0..<times {
          for index in inputs.indices { try session.bindInput(index, inputs[index], .float32) }
          for index in outputs.indices { try session.bindOutput(index, outputs[index], .float32) }
          try session.run(rows: rows)
        }
      } catch {
        fatalError("\(error)")
      }
    }
  }

  @Test("the trap catches a system call")
  func trap() { #expect(system_call_trap(system_call, nil) == 1) }

  @Test(
    "models of every layer run in a process in which system calls are fatal",
    arguments: KerasCase.loading.filter { ($0.inputs?.count ?? 0) <= 2 && ($0.outputs?.count ?? 0) <= 20 })
  func everyModel(given: KerasCase) throws {
    let model = try Model(contentsOf: given.path)
    let arrays = try #require(given.inputs).map { try given.array($0) }
    let rows = try #require(arrays.first?.shape.first)
    let lengths = zip(model.inputs, arrays).flatMap { input, array in
      zip(input.shape.dimensions, array.shape.dropFirst()).compactMap { $0 == nil ? $1 : nil }
    }
    let runner = try Runner(model, inputs: arrays.map { $0.float32Values() }, rows: rows, lengths: lengths)
    // The first use of a generic type may make the Swift runtime build its metadata.
    runner.run(1)
    let result = withExtendedLifetime(runner) {
      system_call_trap(
        { context in
          guard let context else { return }
          Unmanaged<Runner>.fromOpaque(context).takeUnretainedValue().run(100)
        }, Unmanaged.passUnretained(runner).toOpaque())
    }
    #expect(result == 0)
  }
}
