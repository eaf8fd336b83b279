import SwiftletGraph

/// What libFuzzer gives is read as a model_config. A text that is taken must be written again, and what is
/// written must be taken too: anything else stops the run.
@_cdecl("swiftlet_fuzz_model_config")
func fuzzModelConfig(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = [UInt8](UnsafeBufferPointer(start: data, count: count))
  let network: Network
  do throws(GraphError) {
    network = try Network.decode(modelConfiguration: bytes, kerasVersion: nil)
  } catch {
    precondition(!error.description.isEmpty)
    return 0
  }
  let text = network.encodeModelConfiguration()
  do throws(GraphError) {
    let again = try Network.decode(modelConfiguration: text, kerasVersion: "3")
    precondition(again.encodeModelConfiguration() == text, "what is written changes when it is read again")
  } catch {
    preconditionFailure("what is written is not read: \(error.description)")
  }
  return 0
}

@_silgen_name("LLVMFuzzerRunDriver")
func runDriver(
  _ argumentCount: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

@main
struct FuzzModelConfig {
  static func main() {
    var count = CommandLine.argc
    var arguments = CommandLine.unsafeArgv
    _ = runDriver(&count, &arguments, fuzzModelConfig)
  }
}
