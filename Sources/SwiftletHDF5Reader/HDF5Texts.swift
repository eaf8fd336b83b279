/// What has been read of the places where a file keeps strings of variable length. The strings of many attributes lie
/// side by side there, so whoever reads many keeps one of these rather than read the same bytes for each.
///
/// All strings that are read through it together may not be longer than the file: a sound file's do not share bytes.
public struct HDF5Texts {
  var heap: GlobalHeap

  /// Of the file that `group` is in.
  public init(_ group: HDF5Group) { heap = GlobalHeap(group.container) }
}
