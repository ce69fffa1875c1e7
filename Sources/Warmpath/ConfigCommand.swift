import CommandLineArguments
import Config
import Files
import FoundationEssentials
import Glibc

/// `warmpath config`: says what is wrong with a scheduling document, or what everything comes to.
enum ConfigCommand {
    private static let usage = """
        Usage: warmpath config check FILE [--strict-config]
               warmpath config show [options of serve]

          check  Says all that is wrong with a scheduling document. Ends with status 1 if there is
                 something.
          show   Shows every setting of scheduling and of the KV cache that `warmpath serve` would
                 run with, and who gave it. Secrets are not shown.

        """

    private static let check = Command(
        name: "warmpath config check FILE",
        summary: "Says all that is wrong with a scheduling document.",
        sections: [.init("Options", [ServeOptions.strictConfig])]
    )

    private static let show = Command(
        name: "warmpath config show",
        summary: "Shows every setting, and who gave it: the defaults, a file, the environment, "
            + "or an option.",
        sections: [
            ServeOptions.schedulingSection, ServeOptions.kvCacheSection,
            ServeOptions.tokenizerSection,
            .init("Threads", [ServeOptions.tokenizerWorkers]),
        ]
    )

    static func run(_ arguments: [String]) {
        let rest = Array(arguments.dropFirst())
        switch arguments.first {
        case "check": runCheck(rest)
        case "show": runShow(show.parseOrExit(rest))
        case "--help", "-h": print(usage, terminator: "")
        default:
            say(usage)
            exit(2)
        }
    }

    private static func runCheck(_ arguments: [String]) {
        let files = arguments.filter { !$0.hasPrefix("-") }
        let options = check.parseOrExit(arguments.filter { $0.hasPrefix("-") })
        guard let path = files.first, files.count == 1 else {
            check.exitWithUsageError("expected one file, found \(files.count)")
        }
        do {
            let bytes = try FileContents(
                of: path,
                byteCountMax: SchedulingConfigFile.byteCountMax
            ).bytes
            var overrides = SchedulingOverrides()
            overrides.isStrict = options[ServeOptions.strictConfig]
            let setup = try SchedulingConfigFile.read(document: bytes, overrides: overrides)
            if let parameters = setup.kvCache { _ = try KVCacheConfigFile.read(parameters) }
            tell(setup.remarks, of: path)
            print("\(path) is right")
        } catch let error as ConfigError {
            for problem in error.problems { say("\(path): \(problem)\n") }
            exit(1)
        } catch {
            say("\(error)\n")
            exit(1)
        }
    }

    private static func runShow(_ arguments: Arguments) {
        let environment = ProcessInfo.processInfo.environment
        do {
            let settings = try ServeSettings(arguments, environment: environment)
            let file = arguments[ServeOptions.configFile] ?? "--config-text"
            for remarks in settings.remarks {
                remarks.warnings.forEach { say("warning: \($0)\n") }
                remarks.notes.forEach { say("note: \($0)\n") }
            }
            print(SettingsText.text(of: settings.setup.settings, file: file), terminator: "")
            print()
            let origins = try KVCacheOrigins(settings, arguments, environment: environment)
            print(origins.text, terminator: "")
        } catch {
            say("\(error)\n")
            exit(1)
        }
    }

    private static func tell(_ remarks: ConfigRemarks, of path: String) {
        for warning in remarks.warnings { say("\(path): warning: \(warning)\n") }
        for note in remarks.notes { say("\(path): note: \(note)\n") }
    }

    private static func say(_ text: String) {
        var text = text
        text.withUTF8 { unsafe _ = write(2, $0.baseAddress, $0.count) }
    }
}
