import ArgumentParser

/// The version of the commands and of what they write into files as the tool that made them.
let swiftletVersion = "0.1.0"

/// `swiftlet`, of which everything else is a subcommand.
struct RootCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "swiftlet",
    abstract: "Train small neural networks, and keep them in model files that Keras opens.",
    discussion: """
      Example:
        swiftlet train --data Fixtures/digits --layers 32:relu,10 -o digits.h5
        swiftlet evaluate digits.h5 --data Fixtures/digits
        swiftlet predict digits.h5 --input Fixtures/digits/images.npy --top 3

      Exit statuses: 64 the arguments are wrong, 65 the data are, 66 an input cannot be read, 71 memory or \
      threads are lacking, 73 an output cannot be made, 74 writing failed.
      """,
    version: "swiftlet " + swiftletVersion,
    subcommands: [
      TrainCommand.self, EvaluateCommand.self, PredictCommand.self, InspectCommand.self, VerifyCommand.self,
      ImportCommand.self,
    ])
}
