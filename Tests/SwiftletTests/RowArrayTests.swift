import FixtureFiles
import Swiftlet
import Testing

@Suite("Arrays of rows")
struct RowArrayTests {
  let model: Model
  init() throws { model = try Model(contentsOf: fixturePath("keras/dense_open_length.h5")) }

  @Test("A model says how many rows fit it, and how long the open length is")
  func fits() throws {
    let fit = try model.fit([[7, 3, 4]])
    #expect(fit.rowCount == 7 && fit.lengths == [3])
    for shapes in [[], [[]], [[7]], [[7, 3]], [[7, 3, 5]], [[7, 3, 4], [7, 3, 4]]] as [[[Int]]] {
      #expect(throws: InputMisfit.self, "\(shapes)") { try model.fit(shapes) }
    }
  }

  @Test("Rows in batches of any size give the bits of one batch", arguments: [1, 2, 3, 100])
  func batches(size: Int) throws {
    let values = (0..<5 * 3 * 4).map { Float($0) / 7 - 3 }
    let whole = try model.predict([RowArray(shape: [5, 3, 4], values: values)])
    #expect(whole.count == 1 && whole[0].rowCount == 5)
    #expect(try model.predict([RowArray(shape: [5, 3, 4], values: values)], batch: size) == whole)
    var session = try model.makeSession(maximumBatch: 5, maximumLengths: [3])
    #expect(try session.predict([values], rows: 5) == whole.map(\.values))
  }

  @Test("Rows without numbers are as many as they like to be, and numbers that are not there are refused")
  func emptyRows() throws {
    let empty = try model.predict([RowArray(shape: [Int.max, 0, 4], values: [])])
    #expect(empty[0].values.isEmpty && empty[0].rowCount == Int.max)
    for (shape, count) in [([2, 3, 4], 23), ([Int.max, 3, 4], 1), ([0, 3, 4], 1), ([-1, 3, 4], 0)] {
      let values = [Float](repeating: 1, count: count)
      #expect(throws: ModelError.self) { try model.predict([RowArray(shape: shape, values: values)]) }
    }
    #expect(throws: ModelError.self) {
      try model.predict([RowArray(shape: [1, 3, 4], values: [Float](repeating: 1, count: 12))], batch: 0)
    }
  }

  @Test("The first number that is none is named by row and column")
  func notFinite() {
    #expect(RowArray(shape: [2, 2], values: [1, 2, 3, 4]).firstNotFinite == nil)
    #expect(
      RowArray(shape: [2, 2], values: [1, 2, 3, .nan]).firstNotFinite?.hasPrefix("row 1, column 1: nan")
        == true)
  }
}
