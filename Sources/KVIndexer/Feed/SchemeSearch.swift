import BlockKeys
import Domain
import KVEvents

/// Finds out by which keys a publisher's blocks are to be known. Belongs to one thread.
struct SchemeSearch: ~Copyable {
    enum Finding {
        case undecided
        case engineHash(BlockKeyScheme)
        case requestKey
        /// The engine's hashes cannot be computed, and no other keys are wanted.
        case unknown
    }

    private let mode: BlockKeyConfig.Mode
    private let adapterPaths: [String: String]
    private let model: String
    private var detector: BlockKeyDetector
    private var group = MainGroup.unknown
    private var tokens: [TokenID] = []

    init(for model: String, _ config: BlockKeyConfig) {
        self.model = model
        mode = config.mode
        adapterPaths = config.adapterPaths
        detector = BlockKeyDetector(seeds: config.engineSeeds)
    }

    var finding: Finding {
        if mode == .requestKey { return .requestKey }
        return switch detector.finding {
        case .undecided: .undecided
        case .engineHash(let scheme): .engineHash(scheme)
        case .requestKey: mode == .engineHash ? .unknown : .requestKey
        }
    }

    /// Whether the scheme found reproduces an event, whatever its adapter, salt and images.
    mutating func verify(
        _ stored: borrowing StoredBlocks,
        in payload: Span<UInt8>
    ) -> BlockKeyVerification {
        let scope = read(stored, in: payload)
        let hashes = stored.hashes
        let tokens = tokens
        let announced = AnnouncedBlocks(
            hashes: hashes.span,
            tokens: tokens.span,
            blockSize: stored.blockSize,
            after: stored.parent,
            in: scope
        )
        return detector.verify(announced, adapterPaths: paths(of: stored.adapterName))
    }

    private func paths(of adapterName: String?) -> [String] {
        adapterName.flatMap { adapterPaths[$0] }.map { [$0] } ?? []
    }

    private mutating func read(
        _ stored: borrowing StoredBlocks,
        in payload: Span<UInt8>
    ) -> BlockKeyScope {
        tokens.removeAll(keepingCapacity: true)
        stored.tokens.appendTokens(in: payload, to: &tokens)
        return BlockKeyScope(of: stored, in: payload, model: model)
    }
}

extension SchemeSearch: EventVisitor {
    mutating func stored(_ stored: borrowing StoredBlocks, in payload: Span<UInt8>) {
        guard case .undecided = finding, group.counts(stored), !stored.tokens.isEmpty,
            !stored.hasUnreadableExtras
        else { return }
        let scope = read(stored, in: payload)
        let hashes = stored.hashes
        let tokens = tokens
        let announced = AnnouncedBlocks(
            hashes: hashes.span,
            tokens: tokens.span,
            blockSize: stored.blockSize,
            after: stored.parent,
            in: scope
        )
        detector.observe(announced, adapterPaths: paths(of: stored.adapterName))
    }

    mutating func removed(_ removed: borrowing RemovedBlocks) {}
    mutating func allBlocksCleared() {}
}
