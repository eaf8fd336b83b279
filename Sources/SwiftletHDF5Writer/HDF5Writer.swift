import CHDF5
import Foundation

/// Writes HDF5 files with libhdf5, in the earliest format that every HDF5 reader opens.
///
/// ```swift
/// try HDF5Writer.write(to: "numbers.h5") { (root) throws(HDF5WriterError) in
///   try root.setAttribute("title", to: "Three numbers")
///   try root.writeDataset("numbers", shape: [3], [1, 2, 3] as [Float])
/// }
/// ```
public enum HDF5Writer {
  /// Writes a file by way of a new one beside it, which is synced and then renamed: at any moment, whatever
  /// fails and whenever the process is killed, `path` holds its old contents or all of the new ones.
  ///
  /// An existing file's permissions are kept, and a symbolic link stays a link. Calls from several threads
  /// wait for each other. The same contents give the same bytes.
  ///
  /// - Parameter body: fills the root group. What it throws is passed on, and nothing is written then.
  /// - Throws: `HDF5WriterError`, with the old file as it was and the temporary one removed.
  public static func write(
    to path: String, _ body: (borrowing HDF5WriterGroup) throws(HDF5WriterError) -> Void
  ) throws(HDF5WriterError) {
    libraryLock.lock()
    defer { libraryLock.unlock() }
    let printing = swiftlet_hdf5_silence()
    defer { swiftlet_hdf5_restore(printing) }

    let replacement = try Replacement(of: path)
    do throws(HDF5WriterError) {
      try fill(replacement.descriptor, path, body)
    } catch {
      replacement.abandon()
      throw error
    }
    try replacement.commit()
  }

  private static func fill(
    _ descriptor: Int32, _ path: String,
    _ body: (borrowing HDF5WriterGroup) throws(HDF5WriterError) -> Void
  ) throws(HDF5WriterError) {
    // The driver keeps this pointer until the file is closed, which `fill` sees to.
    let sink = UnsafeMutablePointer<swiftlet_hdf5_sink>.allocate(capacity: 1)
    sink.initialize(to: swiftlet_hdf5_sink(descriptor: descriptor, error: 0))
    defer { sink.deallocate() }

    let access = try LibraryHandle(
      H5Pcreate(swiftlet_H5P_FILE_ACCESS()), closing: H5Pclose, "make file properties", path)
    let setting = "set file properties"
    let driver = try LibraryHandle(
      swiftlet_hdf5_sink_use(access.id, sink), closing: H5FDunregister, setting, path)
    _ = try checked(setting, path, H5Pset_alignment(access.id, 1, 64))
    _ = try checked(setting, path, H5Pset_fclose_degree(access.id, H5F_CLOSE_STRONG))
    _ = try checked(
      setting, path, H5Pset_libver_bounds(access.id, H5F_LIBVER_EARLIEST, swiftlet_H5F_LIBVER_LATEST()))

    let file = try checked(
      "make the file", path,
      H5Fcreate(path, swiftlet_H5F_ACC_TRUNC(), swiftlet_H5P_DEFAULT(), access.id))
    var failure: HDF5WriterError?
    do throws(HDF5WriterError) {
      let root = try LibraryHandle(
        H5Gopen2(file, "/", swiftlet_H5P_DEFAULT()), closing: H5Gclose, "open the root group", path)
      try body(HDF5WriterGroup(handle: root, place: path + ":/", sink: sink, file: path))
    } catch {
      failure = error
    }
    do throws(HDF5WriterError) {
      _ = try checked("close the file", path, H5Fclose(file))
    } catch {
      failure = failure ?? error
    }
    _ = consume driver
    if sink.pointee.error != 0 {
      // The operating system's word comes first: what libhdf5 says after it only follows from it.
      throw .system(action: "write", path: path, code: sink.pointee.error)
    }
    if let failure { throw failure }
  }
}
