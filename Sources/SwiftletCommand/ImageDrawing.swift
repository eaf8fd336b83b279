import SwiftletTraining

/// Grey pictures in block characters, side by side.
struct ImageDrawing {
  private let images: Tensor
  private let height: Int
  private let width: Int
  private let channels: Int

  /// Rows of height times width, of as many pixels as make a square, or with channels behind them.
  /// - Throws: status 65 where rows are no such pictures.
  init(_ images: Tensor, source: String) throws(CommandFailure) {
    self.images = images
    let sizes = Array(images.shape.dropFirst())
    switch sizes.count {
    case 1:
      height = Int(Double(sizes[0]).squareRoot())
      width = height
      channels = 1
    case 2, 3:
      height = sizes[0]
      width = sizes[1]
      channels = sizes.count == 3 ? sizes[2] : 1
    default: (height, width, channels) = (0, 0, 0)
    }
    guard height > 0, width > 0, channels > 0, height * width * channels == images.elementsPerRow,
      height <= 64, width <= 64
    else {
      throw .data("\(source): rows of shape \(sizes) are no pictures of at most 64 by 64 that could be drawn")
    }
  }

  /// Pictures of rows with a caption under each; as many in a line as go into 80 columns.
  func text(rows: [Int], captions: [String]) -> String {
    let column = max(width * 2, captions.map(\.count).max() ?? 0) + 3
    let together = max(80 / column, 1)
    var text = ""
    for start in stride(from: 0, to: rows.count, by: together) {
      let group = Array(rows[start..<min(start + together, rows.count)])
      for line in 0..<height {
        text += group.map { pixels($0, line).filled(to: column) }.joined().trimmed + "\n"
      }
      text += captions[start..<start + group.count].map { $0.filled(to: column) }.joined().trimmed + "\n"
    }
    return text
  }

  /// One line of a picture, two characters a pixel since a character is twice as high as wide.
  private func pixels(_ row: Int, _ line: Int) -> String {
    let count = images.elementsPerRow
    let image = images.elements[row * count..<(row + 1) * count]
    let (low, high) = (image.min() ?? 0, image.max() ?? 0)
    let shades = Array(" ░▒▓█")
    var text = ""
    for place in 0..<width {
      let value = image[image.startIndex + (line * width + place) * channels]
      let share = high > low ? (value - low) / (high - low) : 0
      let shade = shades[min(Int(share * Float(shades.count)), shades.count - 1)]
      text += String(repeating: shade, count: 2)
    }
    return text
  }
}

extension String {
  /// With spaces behind, until it is so wide.
  fileprivate func filled(to width: Int) -> String {
    self + String(repeating: " ", count: max(width - count, 0))
  }

  /// Without the spaces at its end.
  fileprivate var trimmed: String { String(reversed().drop { $0 == " " }.reversed()) }
}
