import BlockKeys
import CommandLineArguments
import Domain
import FoundationEssentials
import Glibc
import Telemetry
import Threads
import Tokenization
import Tokenizer

/// `warmpath-engine-sim`: stands in for a fleet of vLLM engines, so that a router can be tried on
/// a laptop. No GPU and no model is involved: time and text are made up, while the HTTP API, the
/// block pool with its hashes, and the KV events are what vLLM's are. `--help` has the list.
@main
enum Main {
    static func main() async {
        let arguments = SimulatorOptions.command.parseOrExit()
        do {
            let fleet = try makeFleet(arguments)
            try announce(fleet, arguments)
            try await run(fleet)
        } catch {
            Log(level: .info).error("cannot run", ["reason": "\(error)"])
            exit(1)
        }
    }

    private static func makeFleet(_ arguments: Arguments) throws -> Fleet {
        let tokenizer = try makeTokenizer(arguments)
        let vocabulary = Vocabulary(tokenizer: tokenizer)
        guard !vocabulary.isEmpty else {
            SimulatorOptions.command.exitWithUsageError(
                "--tokenizer makes one token of no word that answers are made of"
            )
        }
        let config = Fleet.Config(
            engines: (0..<arguments[SimulatorOptions.engines]).map {
                EngineConfig(arguments, index: $0)
            },
            host: arguments[SimulatorOptions.host],
            port: arguments[SimulatorOptions.port],
            eventsPort: arguments[SimulatorOptions.eventsPort],
            replayPort: arguments[SimulatorOptions.replayPort],
            topic: arguments[SimulatorOptions.topic]
        )
        if let problem = config.engines.first?.problem {
            SimulatorOptions.command.exitWithUsageError(problem)
        }
        return try Fleet(
            config,
            tokenizer: tokenizer,
            vocabulary: vocabulary,
            log: Log(level: .info)
        )
    }

    private static func makeTokenizer(_ arguments: Arguments) throws -> any EngineTokenizer {
        guard let path = arguments[SimulatorOptions.tokenizer] else { return WordTokenizer() }
        let loader = FileModelLoader(
            template: try ChatTemplate(named: arguments[SimulatorOptions.chatTemplate]),
            mode: arguments[SimulatorOptions.tokenizerMode]
        )
        return ModelTokenizer(try loader.load(path: path))
    }

    /// Every port is bound: whoever waits for this output can connect.
    private static func announce(_ fleet: Fleet, _ arguments: Arguments) throws {
        if let path = arguments[SimulatorOptions.endpointsFile] {
            try Data(EndpointsFile.render(fleet.entries).utf8).write(to: URL(filePath: path))
        }
        for entry in fleet.entries {
            print("\(entry.name) serves http://\(entry.address), events at \(entry.eventsAddress)")
        }
        _ = fflush(nil)
    }

    private static func run(_ fleet: Fleet) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await fleet.run() }
            group.addTask { await TerminationSignal.wait() }
            try await group.next()
            group.cancelAll()
            try await group.waitForAll()
        }
    }
}

extension EngineConfig {
    fileprivate init(_ arguments: Arguments, index: Int) {
        self.init()
        name = arguments[SimulatorOptions.namePrefix] + String(index)
        model = arguments[SimulatorOptions.model]
        adapters = arguments[SimulatorOptions.adapters].enumerated().map {
            LoRAAdapter(name: $1, number: $0 + 1, path: "/loras/\($1)")
        }
        adaptersMax = arguments[SimulatorOptions.adaptersMax]
        hashSeed = arguments[SimulatorOptions.hashSeed]
        blockSize = arguments[SimulatorOptions.blockSize]
        blockCount = arguments[SimulatorOptions.blockCount]
        sequenceTokensMax = arguments[SimulatorOptions.sequenceTokensMax]
        sequencesMax = arguments[SimulatorOptions.sequencesMax]
        stepTokensMax = arguments[SimulatorOptions.stepTokensMax]
        prefillTokensPerSecond = arguments[SimulatorOptions.prefillRate]
        decodeStep = .milliseconds(arguments[SimulatorOptions.decodeStep])
        decodeStepGrowth = .milliseconds(arguments[SimulatorOptions.decodeGrowth])
        failingRequests = arguments[SimulatorOptions.failingRequests]
        timeScale = arguments[SimulatorOptions.timeScale]
        seed = arguments[SimulatorOptions.seed]
    }
}
