import SwiftletKernels

/// The instruction set that kernels are chosen for. Every one gives the same bits.
public enum InstructionSet: UInt8, Sendable, CaseIterable {
  case portable, neon, avx2, avx512

  /// As `--isa` spells it.
  public var name: String {
    switch self {
    case .portable: "portable"
    case .neon: "neon"
    case .avx2: "avx2"
    case .avx512: "avx512"
    }
  }

  /// Whether this processor has it.
  public var isAvailable: Bool { swiftlet_isa_available(identifier) }

  /// The fastest that this processor has.
  public static var best: InstructionSet {
    let found = swiftlet_isa_best()
    for set in allCases where set.identifier == found { return set }
    return .portable
  }

  var identifier: swiftlet_isa {
    switch self {
    case .portable: SWIFTLET_ISA_PORTABLE
    case .neon: SWIFTLET_ISA_NEON
    case .avx2: SWIFTLET_ISA_AVX2
    case .avx512: SWIFTLET_ISA_AVX512
    }
  }
}

/// The table of kernels for one instruction set: constant data of the program, so any thread may read it.
@safe struct Kernels: @unchecked Sendable {
  private let pointer: UnsafePointer<swiftlet_kernels>

  /// Nil where the processor lacks the instruction set.
  init?(_ instructionSet: InstructionSet) {
    guard let pointer = unsafe swiftlet_kernels_for(instructionSet.identifier) else { return nil }
    unsafe self.pointer = pointer
  }

  /// Safe because the table lives as long as the program.
  var table: swiftlet_kernels { unsafe pointer.pointee }
}
