import CHDF5

/// A group of the file that is being written: it takes groups, datasets and attributes. It lives as long as
/// the closure that got it, and no longer.
///
/// Paths may have several components (`"dense/kernel"`); groups on the way are made as needed. No component
/// may be empty, `.` or `..`, and no name may be used twice.
public struct HDF5WriterGroup: ~Copyable {
  let handle: LibraryHandle
  /// Where errors say they happened: the file's path, a colon, the path within it.
  let place: String
  let sink: UnsafePointer<swiftlet_hdf5_sink>
  let file: String

  /// Makes a group and hands it to `body`.
  ///
  /// - Throws: `HDF5WriterError.invalid` for a bad path, `.library` if the name is taken, or what `body` throws.
  public borrowing func writeGroup(
    _ path: String,
    _ body: (borrowing HDF5WriterGroup) throws(HDF5WriterError) -> Void = { _ in }
  ) throws(HDF5WriterError) {
    let place = child(path)
    try checkPath(path, place)
    let link = try linkProperties(path, place)
    let made = try LibraryHandle(
      H5Gcreate2(handle.id, path, link.id, swiftlet_H5P_DEFAULT(), swiftlet_H5P_DEFAULT()),
      closing: H5Gclose, "make the group", place)
    try body(HDF5WriterGroup(handle: made, place: place, sink: sink, file: file))
  }

  /// Writes a dataset: contiguous, little-endian, its data at a multiple of 64 bytes from the file's start.
  ///
  /// - Parameters:
  ///   - shape: the extents, slowest first; empty for a scalar. Their product is `values.count`.
  ///   - values: in row-major (C) order.
  public borrowing func writeDataset<Element: HDF5Element>(
    _ path: String, shape: [Int], _ values: [Element]
  ) throws(HDF5WriterError) {
    var failure: HDF5WriterError?
    values.withUnsafeBytes { bytes in
      do throws(HDF5WriterError) {
        try writeDataset(path, shape: shape, type: Element.hdf5Type, bytes: bytes)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }

  /// Writes a dataset from bytes that are already little-endian elements of `type`, in row-major order: for
  /// types that Swift has not (bfloat16), and for what is copied from another file.
  public borrowing func writeDataset(
    _ path: String, shape: [Int], type: HDF5ElementType, bytes: UnsafeRawBufferPointer
  ) throws(HDF5WriterError) {
    let place = child(path)
    try checkPath(path, place)
    let space = try makeSpace(shape, type: type, byteCount: bytes.count, place)
    let link = try linkProperties(path, place)
    let fileType = try type.makeType(place)
    let creation = try LibraryHandle(
      H5Pcreate(swiftlet_H5P_DATASET_CREATE()), closing: H5Pclose, "make dataset properties", place)
    let setting = "set dataset properties"
    _ = try checked(setting, place, H5Pset_layout(creation.id, H5D_CONTIGUOUS))
    _ = try checked(setting, place, H5Pset_alloc_time(creation.id, H5D_ALLOC_TIME_EARLY))
    _ = try checked(setting, place, H5Pset_fill_time(creation.id, H5D_FILL_TIME_NEVER))
    // Without times, the same contents give the same bytes.
    _ = try checked(setting, place, H5Pset_obj_track_times(creation.id, false))
    let dataset = try LibraryHandle(
      H5Dcreate2(handle.id, path, fileType.id, space.id, link.id, creation.id, swiftlet_H5P_DEFAULT()),
      closing: H5Dclose, "make the dataset", place)
    if bytes.count > 0 {
      let whole = swiftlet_H5S_ALL()
      let result = H5Dwrite(
        dataset.id, fileType.id, whole, whole, swiftlet_H5P_DEFAULT(), bytes.baseAddress)
      _ = try checked("write the data", place, result)
    }
    try checkSink()
  }

  /// A dataspace of the shape, after checking that it agrees with the bytes at hand.
  borrowing func makeSpace(
    _ shape: [Int], type: HDF5ElementType, byteCount: Int, _ place: String
  ) throws(HDF5WriterError) -> LibraryHandle {
    var expected = type.size
    for extent in shape {
      let (product, overflow) = expected.multipliedReportingOverflow(by: extent)
      guard extent >= 0, !overflow else {
        throw .invalid(object: place, reason: "shape \(shape) is negative or too large")
      }
      expected = product
    }
    guard expected == byteCount else {
      throw .invalid(
        object: place,
        reason: "shape \(shape) holds \(expected / type.size) values, not \(byteCount / type.size)")
    }
    let extents = shape.map(hsize_t.init)
    let id =
      shape.isEmpty ? H5Screate(H5S_SCALAR) : H5Screate_simple(Int32(clamping: shape.count), extents, nil)
    return try LibraryHandle(id, closing: H5Sclose, "make a dataspace", place)
  }

  /// Throws what the operating system said, once a write has failed.
  borrowing func checkSink() throws(HDF5WriterError) {
    if sink.pointee.error != 0 { throw .system(action: "write", path: file, code: sink.pointee.error) }
  }

  borrowing func child(_ path: String) -> String {
    place.hasSuffix("/") ? place + path : place + "/" + path
  }

  borrowing func checkPath(_ path: String, _ place: String) throws(HDF5WriterError) {
    for name in path.split(separator: "/", omittingEmptySubsequences: false) {
      guard !name.isEmpty, name != ".", name != ".." else {
        throw .invalid(object: place, reason: "a name in a path is empty, '.' or '..'")
      }
    }
    try checkText(path, "a name", place)
  }

  borrowing func checkText(_ text: String, _ what: String, _ place: String) throws(HDF5WriterError) {
    if text.utf8.contains(0) {
      throw .invalid(object: place, reason: "\(what) has a zero byte in it, at which HDF5 would end it")
    }
  }

  /// Link properties that make groups on the way, and mark names beyond ASCII as UTF-8.
  private borrowing func linkProperties(
    _ path: String, _ place: String
  ) throws(HDF5WriterError) -> LibraryHandle {
    let link = try LibraryHandle(
      H5Pcreate(swiftlet_H5P_LINK_CREATE()), closing: H5Pclose, "make link properties", place)
    _ = try checked("set link properties", place, H5Pset_create_intermediate_group(link.id, 1))
    if !path.utf8.allSatisfy({ $0 < 128 }) {
      _ = try checked("set link properties", place, H5Pset_char_encoding(link.id, H5T_CSET_UTF8))
    }
    return link
  }
}
