import CommandLineArguments
import Config
import Files
import Scheduling

/// The settings of scheduling from all who may give them: the document, the environment, the
/// command line, in ascending order of weight.
struct SchedulingSettings: Sendable {
    private let environment: [String: String]
    private var overrides = SchedulingOverrides()
    let objectives: [String: Int]

    /// - Parameter seed: makes the random picks of one process differ from those of another.
    init(_ arguments: Arguments, environment: [String: String], seed: UInt64 = 0) throws {
        self.environment = environment
        overrides.endpointRequestsMax = arguments[ServeOptions.endpointRequestsMax]
            .flatMap { $0 > 0 ? $0 : nil }
        overrides.fallbackEndpoints = arguments[ServeOptions.fallbackEndpoints].map { max(0, $0) }
        overrides.isStrict = arguments[ServeOptions.strictConfig]
        overrides.seed = seed
        objectives = try arguments[ServeOptions.objectives].values.mapValues { text in
            guard let priority = Int(text) else {
                throw ConfigError(problems: [
                    "--objectives: expected NAME=PRIORITY, found the priority `\(text)`"
                ])
            }
            return priority
        }
    }

    /// What cached blocks are worth by their tier, if the settings of the KV cache say so.
    mutating func follow(_ config: KVCacheConfig) {
        overrides.tierWeights = config.tierWeights == TierWeights() ? nil : config.tierWeights
    }

    /// - Parameter document: nil if there is none.
    /// - Throws: all that is wrong with the document.
    func read(_ document: [UInt8]?) throws -> SchedulingSetup {
        try SchedulingConfigFile.read(
            document: document,
            environment: environment,
            overrides: overrides
        )
    }
}

/// Where the scheduling document comes from.
struct SchedulingDocument: Sendable {
    let bytes: [UInt8]
    /// Nil: it is an argument, which does not change.
    let file: (path: String, identity: FileIdentity)?

    /// Nil if there is none.
    init?(_ arguments: Arguments) throws {
        switch (arguments[ServeOptions.configFile], arguments[ServeOptions.configText]) {
        case (nil, nil): return nil
        case (nil, let text?):
            bytes = Array(text.utf8)
            file = nil
        case (let path?, nil):
            let contents = try FileContents(
                of: path,
                byteCountMax: SchedulingConfigFile.byteCountMax
            )
            bytes = contents.bytes
            file = (path, contents.identity)
        case (_?, _?):
            throw ConfigError(problems: [
                "expected --config-file or --config-text, found both"
            ])
        }
    }
}
