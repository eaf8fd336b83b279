import SwiftletGraph
import Testing

@Suite("Windows")
struct WindowTests {
  /// What `tf.nn.conv2d` of TensorFlow 2.21 gives for numbered elements and a kernel that is 1 at one place and
  /// 0 elsewhere: the number of outputs, and which place of the first window lies on the first element. For
  /// causal windows, the same of `keras.layers.Conv1D`.
  @Test(
    "output lengths and what lies before the input are TensorFlow's",
    arguments: [
      // length, size, stride, dilation, padding, outputs, before
      (9, 3, 1, 1, Window.Padding.valid, 7, 0), (9, 3, 2, 1, .valid, 4, 0), (10, 3, 4, 1, .valid, 2, 0),
      (9, 3, 1, 3, .valid, 3, 0), (9, 3, 1, 1, .same, 9, 1), (9, 4, 1, 1, .same, 9, 1),
      (8, 3, 2, 1, .same, 4, 0), (9, 3, 2, 1, .same, 5, 1), (10, 5, 3, 1, .same, 4, 2),
      (9, 2, 3, 1, .same, 3, 0), (4, 11, 1, 1, .same, 4, 5), (9, 3, 1, 4, .same, 9, 4),
      (9, 2, 1, 3, .same, 9, 1), (9, 3, 1, 4, .causal, 9, 8), (9, 4, 2, 1, .causal, 5, 3),
    ])
  func lengths(
    length: Int, size: Int, stride: Int, dilation: Int, padding: Window.Padding, outputs: Int, before: Int
  ) throws {
    let window = try Window(
      size: [1, size], strides: [1, stride], dilation: [1, dilation], padding: padding)
    #expect(window.outputLength(along: 1, of: length) == outputs)
    #expect(window.paddingBefore(along: 1, of: length) == before)
    #expect(window.span(along: 1) == (size - 1) * dilation + 1)
  }

  @Test("a window that does not fit has no outputs")
  func tooLong() throws {
    let window = try Window(size: [3], dilation: [2])
    #expect(window.outputLength(along: 0, of: 5) == 1)
    #expect(window.outputLength(along: 0, of: 4) == 0)
    #expect(window.outputLength(along: 0, of: 0) == 0)
    #expect(try Window(size: [3], padding: .same).outputLength(along: 0, of: 0) == 0)
  }
}
