import Swiftlet
import SwiftletGraph
import SwiftletReports

/// `bench --by-layer`: where the time of a call goes, and how near each step is to what the processor allows.
///
/// A step cannot take less time than its multiply-adds at the processor's peak, nor less than reading its weights
/// and moving its tensors at the rate at which the processor reads what a run touches. The greater of the two is
/// the step's bound, and the last column is the bound's share of the time that the step took.
struct StepTable {
  private struct Row {
    let step: StepDescription
    let microseconds: Double
    let share: Double
    /// Billions of operations a second; nil where the step is no product.
    let gigaflops: Double?
    /// Billions of bytes a second.
    let gigabytes: Double
    let isBoundByMemory: Bool
    let bound: Double
  }

  private let batch: Int
  private let peak: Double
  private let bandwidth: Double
  private let touched: Int
  private let total: Double
  private let rows: [Row]

  init(_ run: inout BenchSession, peak processor: ProcessorPeak) throws(ModelError) {
    let batch = run.batch
    let steps = run.steps
    let times = try run.timeSteps()
    let touched = steps.reduce(0) { $0 + $1.weightBytes + min(batch, $1.rowsAtOnce) * $1.tensorBytesPerRow }
    let peak = processor.gigaflops()
    let bandwidth = processor.readGigabytes(count: max(touched / 4, 1024))
    let total = max(times.reduce(0, +), 1)
    rows = zip(steps, times).map { step, time in
      let flops = Double(step.flopsPerRow) * Double(batch)
      let bytes =
        Double(step.tensorBytesPerRow) * Double(batch) + Double(step.weightBytes * step.turns(rows: batch))
      let computing = flops / peak
      let moving = bytes / bandwidth
      let time = max(time, 1)
      return Row(
        step: step, microseconds: time / 1000, share: time / total,
        gigaflops: step.flopsPerRow > 0 ? flops / time : nil, gigabytes: bytes / time,
        isBoundByMemory: moving > computing, bound: max(moving, computing) / time)
    }
    self.batch = batch
    self.peak = peak
    self.bandwidth = bandwidth
    self.touched = touched
    self.total = total / 1000
  }

  var json: JSONValue {
    .object([
      .init("batch", .integer(batch)), .init("total_us", .number(total)), .init("peak_gflops", .number(peak)),
      .init("read_gbytes_per_second", .number(bandwidth)), .init("touched_bytes", .integer(touched)),
      .init(
        "steps",
        .array(
          rows.map {
            .object([
              .init("layer", .string($0.step.layer)), .init("operation", .string($0.step.operation)),
              .init("us", .number($0.microseconds)), .init("share", .number($0.share)),
              .init("gflops", $0.gigaflops.map { .number($0) } ?? .null),
              .init("gbytes_per_second", .number($0.gigabytes)),
              .init("bound_by", .string($0.isBoundByMemory ? "memory" : "arithmetic")),
              .init("share_of_bound", .number($0.bound)),
            ])
          })),
    ])
  }

  var text: String {
    var cells = [["us", "share", "GFLOP/s", "GB/s", "of bound", "operation", "layer"]]
    for row in rows {
      cells.append([
        row.microseconds.fixed(2), (100 * row.share).fixed(1) + "%",
        row.gigaflops.map { $0.fixed(1) } ?? "-", row.gigabytes.fixed(1),
        (100 * row.bound).fixed(0) + (row.isBoundByMemory ? "% memory" : "% fma"),
        row.step.operation, row.step.layer,
      ])
    }
    let widths = cells[0].indices.map { column in
      cells.reduce(0) { max($0, $1[column].utf8.count) }
    }
    var lines = [
      "batch \(batch): \(total.fixed(2)) us in all; peak \(peak.fixed(1)) GFLOP/s; "
        + "reads the \(touched / 1024) KB that it touches at \(bandwidth.fixed(1)) GB/s"
    ]
    for row in cells {
      var line = ""
      for (column, cell) in row.enumerated() {
        let padding = String(repeating: " ", count: widths[column] - cell.utf8.count)
        // Numbers end where their column ends; the last two columns are text.
        line +=
          column < row.count - 2
          ? padding + cell + "  " : cell + (column < row.count - 1 ? padding + "  " : "")
      }
      lines.append(line)
    }
    return lines.joined(separator: "\n")
  }
}
