import CommandLineArguments
import Config
import FoundationEssentials
import Glibc

/// `warmpath check-config`: says what is wrong with a configuration, or what it comes to.
enum CheckConfigCommand {
    private static let command = Command(
        name: "warmpath check-config",
        summary: "Shows the settings of the KV cache that `warmpath serve` would run with.",
        discussion: """
            Takes options of `serve` and the environment into account. Secrets are not shown.
            Ends with status 1 if the document is wrong; what looks like a mistake goes to standard
            error.
            """,
        sections: [ServeOptions.kvCacheSection, ServeOptions.tokenizerSection, workers]
    )

    private static let workers = Command.Section("Threads", [ServeOptions.tokenizerWorkers])

    static func run(_ arguments: [String]) {
        let arguments = command.parseOrExit(arguments)
        do {
            let (config, remarks) = try KVCacheSettings.read(
                arguments,
                environment: ProcessInfo.processInfo.environment
            )
            for warning in remarks.warnings { say("warning: \(warning)") }
            for note in remarks.notes { say("note: \(note)") }
            print(config.document, terminator: "")
        } catch {
            say("\(error)")
            exit(1)
        }
    }

    private static func say(_ text: String) {
        var text = text + "\n"
        text.withUTF8 { unsafe _ = write(2, $0.baseAddress, $0.count) }
    }
}
