import CommandLineArguments
import FoundationEssentials
import Glibc
import HTTP

/// `warmpath-load`: sends a workload and reports how it went.
@main
enum Main {
    static func main() async {
        let arguments = LoadOptions.command.parseOrExit()
        let config = LoadRunner.Config(arguments)
        if let problem = config.problem { LoadOptions.command.exitWithUsageError(problem) }
        let display = ProgressDisplay(
            total: config.requestCount,
            mode: arguments[LoadOptions.progress]
        )
        do {
            let report = try await LoadRunner(config).run { display.show($0) }
            print(report.text, terminator: "")
            if let path = arguments[LoadOptions.json] {
                try Data(report.json).write(to: URL(filePath: path))
            }
            exit(arguments[LoadOptions.failOnError] && report.errorCount > 0 ? 1 : 0)
        } catch {
            print("warmpath-load: \(error)")
            exit(1)
        }
    }
}

extension LoadRunner.Config {
    fileprivate init(_ arguments: Arguments) {
        self.init()
        url = arguments[LoadOptions.url]
        requestCount = arguments[LoadOptions.requests]
        warmupCount = arguments[LoadOptions.warmup]
        pace =
            arguments[LoadOptions.rate].map { .rate($0) }
            ?? .concurrency(arguments[LoadOptions.concurrency])
        deadline = .seconds(arguments[LoadOptions.deadline])
        engineURLs = arguments[LoadOptions.engineMetrics]
        workload.kind = arguments[LoadOptions.workload]
        workload.model = arguments[LoadOptions.model]
        workload.seed = arguments[LoadOptions.seed]
        workload.groupCount = arguments[LoadOptions.groups]
        workload.turnCount = arguments[LoadOptions.turns]
        workload.prefixLength =
            arguments[LoadOptions.prefixTokens].map { .words($0) }
            ?? .bytes(arguments[LoadOptions.prefixBytes])
        workload.questionBytes = arguments[LoadOptions.questionBytes]
        workload.outputTokens = arguments[LoadOptions.outputTokens]
        workload.isStreamed = arguments[LoadOptions.stream]
    }

    /// What is wrong with the figures, if anything.
    fileprivate var problem: String? {
        if workload.groupCount < 1 || workload.turnCount < 1 {
            return "--groups and --turns must be 1 or more"
        }
        if workload.outputTokens < 1 { return "--output-tokens must be 1 or more" }
        switch pace {
        case .rate(let rate) where rate <= 0: return "--rate must be more than 0"
        case .concurrency(0): return "--concurrency must be 1 or more"
        case .rate, .concurrency: return nil
        }
    }
}
