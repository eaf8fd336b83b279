import SwiftletKernels
import Testing

@Test("some instruction set is always there, and its table says which it is")
func bestInstructionSet() throws {
  let best = swiftlet_isa_best()
  #expect(swiftlet_isa_available(best))
  let kernels = try #require(swiftlet_kernels_for(best))
  #expect(kernels.pointee.isa == best)
}
