import CommandLineArguments
import Config
import Files
import KVIndexer
import Telemetry

/// All that documents, the environment and the command line say, read once at start.
struct ServeSettings: Sendable {
    let scheduling: SchedulingSettings
    let setup: SchedulingSetup
    let kvCache: KVCacheConfig
    /// Nil: scheduling is not configured by a file.
    let schedulingFile: (path: String, identity: FileIdentity)?
    private let kvCacheRemarks: ConfigRemarks

    /// - Parameter seed: makes the random picks of one process differ from those of another.
    /// - Throws: everything that is wrong with a document.
    init(_ arguments: Arguments, environment: [String: String], seed: UInt64 = 0) throws {
        var scheduling = try SchedulingSettings(arguments, environment: environment, seed: seed)
        let document = try SchedulingDocument(arguments)
        let first = try scheduling.read(document?.bytes)
        var (config, remarks) = try KVCacheSettings.read(
            arguments,
            environment: environment,
            parameters: first.kvCache
        )
        if config.indexer.model.isEmpty, let name = first.modelName {
            config.indexer.model = name
            config.tokenizers.modelName = name
        }
        kvCacheRemarks = remarks
        kvCache = config
        scheduling.follow(config)
        setup = try scheduling.read(document?.bytes)
        self.scheduling = scheduling
        schedulingFile = document?.file
    }

    var remarks: [ConfigRemarks] { [kvCacheRemarks, setup.remarks] }
}

extension ConfigRemarks {
    func tell(to log: Log) {
        for warning in warnings { log.warning(warning) }
        for note in notes { log.info(note) }
    }
}
