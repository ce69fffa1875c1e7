import CommandLineArguments
import Glibc
import Telemetry
import Threads

/// `warmpath`: arguments, configuration, run, exit code.
@main
enum Main {
    private static let usage = """
        Picks the inference endpoint that already holds a request's prefix.

        Usage: warmpath serve --endpoints-file FILE [options]

          serve      Serves a gateway over ext_proc. `warmpath serve --help` lists its options.
          config     Checks a scheduling document, or shows all settings. `warmpath config --help`.
          check-config
                     Shows the settings of the KV cache. `warmpath check-config --help`.
          tokenize   Shows the tokens of a text or a chat. `warmpath tokenize --help`.
          --version  Shows the version.
          --help     Shows this help.

        """

    static func main() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch arguments.first {
        case "serve": await serve(ServeOptions.command.parseOrExit(Array(arguments.dropFirst())))
        case "config": ConfigCommand.run(Array(arguments.dropFirst()))
        case "check-config": CheckConfigCommand.run(Array(arguments.dropFirst()))
        case "tokenize": TokenizeCommand.run(Array(arguments.dropFirst()))
        case "--version", "version": print("warmpath \(Version.current)")
        case "--help", "-h", "help": print(usage, terminator: "")
        case nil: fail("a command is missing")
        case let other?: fail("unknown command \(other)")
        }
    }

    private static func serve(_ arguments: Arguments) async {
        let log = Log(level: arguments[ServeOptions.logLevel])
        do {
            HangupSignal.ignore()  // whether there is a file to read again or not
            FileDescriptorLimit.raise()
            try await App.make(arguments, log: log).run()
            log.info("stopped")
        } catch {
            log.error("cannot serve", ["reason": "\(error)"])
            exit(1)
        }
    }

    private static func fail(_ message: String) -> Never {
        var text = "warmpath: \(message)\n\n\(usage)"
        text.withUTF8 { unsafe _ = write(2, $0.baseAddress, $0.count) }
        exit(2)
    }
}
