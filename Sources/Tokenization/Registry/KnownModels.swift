/// The names that may lead to a load: those of the configuration, of the pool and of the folders.
struct KnownModels {
    enum Answer: Equatable {
        case known
        /// - Parameter isScanDue: the folders were last looked at long enough ago.
        case unknown(isScanDue: Bool)
    }

    private let config: TokenizerRegistryConfig
    private var announced: Set<String>
    private var inFolders: Set<String> = []
    private var nextScan: ContinuousClock.Instant

    /// Names that the pool may announce, at most: they come from engines.
    private static let announcedMax = 1024

    init(_ config: TokenizerRegistryConfig) {
        self.config = config
        announced = config.knownModels.union(config.baseModels.values)
        nextScan = .now + config.rescanInterval
    }

    mutating func find(_ name: String, at now: ContinuousClock.Instant) -> Answer {
        if config.paths[name] != nil || announced.contains(name) || inFolders.contains(name) {
            return .known
        }
        guard !config.folders.isEmpty, now >= nextScan else { return .unknown(isScanDue: false) }
        nextScan = now + config.rescanInterval
        return .unknown(isScanDue: true)
    }

    /// What the folders hold is there already; what a client makes up is not looked for.
    func mayDownload(_ name: String) -> Bool { announced.contains(name) }

    /// Returns whether the name is new.
    mutating func announce(_ name: String) -> Bool {
        guard announced.count < Self.announcedMax else { return false }
        return announced.insert(name).inserted
    }

    mutating func scanned(_ names: Set<String>) { inFolders = names }
}
