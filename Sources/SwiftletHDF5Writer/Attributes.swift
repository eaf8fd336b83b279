import CHDF5

/// The most bytes of one attribute that fit an object header of the earliest format, as Keras counts them.
let attributeLimit = 64512

/// What an attribute holds of each variable-length string: its length and where it lies in the global heap.
private let stringReferenceSize = 16

extension HDF5WriterGroup {
  /// Sets an attribute to one string: UTF-8 of variable length, as h5py writes a `str`. It may be of any
  /// size, since the text lies in the file's global heap.
  public borrowing func setAttribute(_ name: String, to value: String) throws(HDF5WriterError) {
    try setStrings(name, [value], isScalar: true)
  }

  /// Sets an attribute to a list of strings of variable length.
  ///
  /// A list that one attribute cannot hold (more than 4,032 strings) is split into `name0`, `name1`, …, as
  /// Keras splits `layer_names`. An empty list is an empty list of float64, as NumPy has it.
  public borrowing func setAttribute(_ name: String, to values: [String]) throws(HDF5WriterError) {
    guard !values.isEmpty else { return try setAttribute(name, to: [Double]()) }
    let limit = attributeLimit / stringReferenceSize
    guard values.count > limit else { return try setStrings(name, values, isScalar: false) }
    for (index, start) in stride(from: 0, to: values.count, by: limit).enumerated() {
      let part = values[start..<min(start + limit, values.count)]
      try setStrings(name + "\(index)", Array(part), isScalar: false)
    }
  }

  /// Sets an attribute to one number.
  public borrowing func setAttribute<Element: HDF5Element>(
    _ name: String, to value: Element
  ) throws(HDF5WriterError) {
    try setNumbers(name, [value], shape: [])
  }

  /// Sets an attribute to a list of numbers, of at most 64,512 bytes.
  public borrowing func setAttribute<Element: HDF5Element>(
    _ name: String, to values: [Element]
  ) throws(HDF5WriterError) {
    try setNumbers(name, values, shape: [values.count])
  }

  private borrowing func setNumbers<Element: HDF5Element>(
    _ name: String, _ values: [Element], shape: [Int]
  ) throws(HDF5WriterError) {
    let place = try attributePlace(name)
    let byteCount = values.count * Element.hdf5Type.size
    guard byteCount <= attributeLimit else {
      throw .invalid(
        object: place, reason: "an attribute of \(byteCount) bytes; at most \(attributeLimit) fit")
    }
    let type = try Element.hdf5Type.makeType(place)
    let space = try makeSpace(shape, type: Element.hdf5Type, byteCount: byteCount, place)
    let attribute = try makeAttribute(name, type, space, place)
    if !values.isEmpty {
      let result = values.withUnsafeBytes { H5Awrite(attribute.id, type.id, $0.baseAddress) }
      _ = try checked("write the attribute", place, result)
    }
    try checkSink()
  }

  private borrowing func setStrings(
    _ name: String, _ values: [String], isScalar: Bool
  ) throws(HDF5WriterError) {
    let place = try attributePlace(name)
    for value in values { try checkText(value, "the text", place) }
    let type = try LibraryHandle(
      H5Tcopy(swiftlet_H5T_C_S1()), closing: H5Tclose, "make a string datatype", place)
    _ = try checked("make a string datatype", place, H5Tset_size(type.id, swiftlet_H5T_VARIABLE()))
    _ = try checked("make a string datatype", place, H5Tset_cset(type.id, H5T_CSET_UTF8))
    let extents = [hsize_t(values.count)]
    let space = try LibraryHandle(
      isScalar ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, extents, nil), closing: H5Sclose,
      "make a dataspace", place)
    let attribute = try makeAttribute(name, type, space, place)

    // All texts one after another, each ended by a zero, and a pointer to the start of each.
    var text: [CChar] = []
    var starts: [Int] = []
    for value in values {
      starts.append(text.count)
      text.append(contentsOf: value.utf8.lazy.map { CChar(bitPattern: $0) })
      text.append(0)
    }
    let result = text.withUnsafeBufferPointer { text -> herr_t in
      let pointers = starts.map { start in text.baseAddress.map { $0 + start } }
      return pointers.withUnsafeBufferPointer { H5Awrite(attribute.id, type.id, $0.baseAddress) }
    }
    _ = try checked("write the attribute", place, result)
    try checkSink()
  }

  private borrowing func makeAttribute(
    _ name: String, _ type: borrowing LibraryHandle, _ space: borrowing LibraryHandle, _ place: String
  ) throws(HDF5WriterError) -> LibraryHandle {
    let creation = try LibraryHandle(
      H5Pcreate(swiftlet_H5P_ATTRIBUTE_CREATE()), closing: H5Pclose, "make attribute properties", place)
    if !name.utf8.allSatisfy({ $0 < 128 }) {
      _ = try checked("set attribute properties", place, H5Pset_char_encoding(creation.id, H5T_CSET_UTF8))
    }
    return try LibraryHandle(
      H5Acreate2(handle.id, name, type.id, space.id, creation.id, swiftlet_H5P_DEFAULT()),
      closing: H5Aclose, "make the attribute", place)
  }

  private borrowing func attributePlace(_ name: String) throws(HDF5WriterError) -> String {
    let place = place + "@" + name
    if name.isEmpty { throw .invalid(object: place, reason: "an attribute's name is empty") }
    try checkText(name, "a name", place)
    return place
  }
}
