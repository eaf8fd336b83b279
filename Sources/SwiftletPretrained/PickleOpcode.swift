/// The instructions of a pickle. Spec/pickle.md says what each does here, or why it is refused.
enum PickleOpcode: UInt8 {
  // Structure.
  case proto = 0x80
  case frame = 0x95
  case stop = 0x2e
  // The stack and the memo.
  case mark = 0x28
  case pop = 0x30
  case popMark = 0x31
  case dup = 0x32
  case binget = 0x68
  case longBinget = 0x6a
  case binput = 0x71
  case longBinput = 0x72
  case memoize = 0x94
  // Values.
  case none = 0x4e
  case newtrue = 0x88
  case newfalse = 0x89
  case binint = 0x4a
  case binint1 = 0x4b
  case binint2 = 0x4d
  case long1 = 0x8a
  case long4 = 0x8b
  case binfloat = 0x47
  case shortBinunicode = 0x8c
  case binunicode = 0x58
  case binunicode8 = 0x8d
  case shortBinbytes = 0x43
  case binbytes = 0x42
  case binbytes8 = 0x8e
  case bytearray8 = 0x96
  case shortBinstring = 0x55
  case binstring = 0x54
  // Containers.
  case emptyTuple = 0x29
  case tuple = 0x74
  case tuple1 = 0x85
  case tuple2 = 0x86
  case tuple3 = 0x87
  case emptyList = 0x5d
  case append = 0x61
  case appends = 0x65
  case emptyDict = 0x7d
  case setitem = 0x73
  case setitems = 0x75
  // The few names and constructors that NumPy's arrays need.
  case global = 0x63
  case stackGlobal = 0x93
  case reduce = 0x52
  case build = 0x62
  // Refused by name.
  case newobj = 0x81
  case newobjEx = 0x92
  case obj = 0x6f
  case inst = 0x69
  case ext1 = 0x82
  case ext2 = 0x83
  case ext4 = 0x84
  case persid = 0x50
  case binpersid = 0x51
  case nextBuffer = 0x97
  case readonlyBuffer = 0x98
  case emptySet = 0x8f
  case additems = 0x90
  case frozenset = 0x91
  case int = 0x49
  case long = 0x4c
  case float = 0x46
  case string = 0x53
  case unicode = 0x56
  case get = 0x67
  case put = 0x70
  case list = 0x6c
  case dict = 0x64

  /// What a refused instruction is, for the error; nil for those that are read.
  var refusal: String? {
    switch self {
    case .newobj: "NEWOBJ, which makes an object of a class"
    case .newobjEx: "NEWOBJ_EX, which makes an object of a class"
    case .obj: "OBJ, which makes an object of a class"
    case .inst: "INST, which makes an object of a class"
    case .ext1: "EXT1, a code of the extension registry"
    case .ext2: "EXT2, a code of the extension registry"
    case .ext4: "EXT4, a code of the extension registry"
    case .persid: "PERSID, something kept outside the pickle"
    case .binpersid: "BINPERSID, something kept outside the pickle (as in PyTorch's files)"
    case .nextBuffer: "NEXT_BUFFER, data kept outside the pickle"
    case .readonlyBuffer: "READONLY_BUFFER, for data kept outside the pickle"
    case .emptySet: "EMPTY_SET, a set"
    case .additems: "ADDITEMS, items of a set"
    case .frozenset: "FROZENSET, a set"
    case .int: "INT, of protocol 0"
    case .long: "LONG, of protocol 0"
    case .float: "FLOAT, of protocol 0"
    case .string: "STRING, of protocol 0"
    case .unicode: "UNICODE, of protocol 0"
    case .get: "GET, of protocol 0"
    case .put: "PUT, of protocol 0"
    case .list: "LIST, of protocol 0"
    case .dict: "DICT, of protocol 0"
    default: nil
    }
  }
}
