import ArgumentParser
import Foundation

@main
enum Main {
  static func main() {
    // A reader that goes away must not end a training run; what is written to nobody is an error like others.
    signal(SIGPIPE, SIG_IGN)
    var place: any ParsableCommand.Type = RootCommand.self
    do {
      var command = try RootCommand.parseAsRoot()
      place = type(of: command)
      try command.run()
    } catch let failure as CommandFailure {
      exit(report: failure)
    } catch {
      exit(parsing: error, of: place)
    }
  }

  /// One line on standard error, and the status that goes with it.
  private static func exit(report failure: CommandFailure) -> Never {
    if !failure.message.isEmpty { Console.writeError("swiftlet: " + failure.message + "\n") }
    Foundation.exit(failure.status)
  }

  /// Help and versions go to standard output; what was wrong with the arguments is one line.
  private static func exit(parsing error: any Error, of command: any ParsableCommand.Type) -> Never {
    guard RootCommand.exitCode(for: error) != .success else {
      do throws(CommandFailure) {
        try Console.write(RootCommand.fullMessage(for: error) + "\n")
      } catch {
        exit(report: error)
      }
      Foundation.exit(0)
    }
    let text = RootCommand.message(for: error).split(whereSeparator: \.isNewline).map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    exit(report: .usage(text.joined(separator: " ") + " (see 'swiftlet --help')"))
  }
}
