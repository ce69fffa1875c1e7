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

    /// Blocks that are announced without a prompt's beginning among them before a scheme is
    /// assumed. What is assumed is taken back if a beginning disproves it, so few are enough.
    private static let blocksBeforeAssuming = 256
    /// Blocks before the search is given up after a beginning that no scheme reproduces. Not taken
    /// back before the engine restarts, so some further beginnings are waited for.
    private static let blocksBeforeGivingUp = 2_048
    private static let blockTokensMax = 8_192

    private let mode: BlockKeyConfig.Mode
    private let adapterPaths: [String: String]
    private let model: String
    private var detector: BlockKeyDetector
    private var group = MainGroup.unknown
    private var tokens: [TokenID] = []
    private var assumed: BlockKeyScheme?
    /// Of the first event that has one.
    private(set) var blockSize: BlockSize?
    private var blockCount = 0
    /// Whether what was assumed turned out to be wrong.
    private(set) var isRefuted = false

    init(for model: String, _ config: BlockKeyConfig) {
        self.model = model
        mode = config.mode
        adapterPaths = config.adapterPaths
        detector = BlockKeyDetector(seeds: config.engineSeeds)
    }

    var finding: Finding {
        if mode == .requestKey { return .requestKey }
        return switch detector.finding {
        case .undecided: assumed.map(Finding.engineHash) ?? .undecided
        case .engineHash(let scheme): .engineHash(scheme)
        case .requestKey: mode == .engineHash ? .unknown : .requestKey
        }
    }

    /// Whether the finding is but a guess, which the next beginning of a prompt puts to the test.
    var isAssumed: Bool { assumed != nil }

    /// Whether nothing speaks for any scheme, and something against all.
    var hasMismatched: Bool { detector.hasPlainMismatch }

    /// Whether enough was announced to end the search without proof.
    var isLong: Bool {
        blockCount
            >= (hasMismatched
                ? SchemeSearch.blocksBeforeGivingUp : SchemeSearch.blocksBeforeAssuming)
    }

    /// Ends the search without a scheme; unless no other keys are wanted: then only waiting helps.
    mutating func giveUp() {
        if mode == .auto { detector.giveUp() }
    }

    /// Ends the search until the next beginning of a prompt.
    mutating func assume(_ scheme: BlockKeyScheme) { assumed = scheme }

    /// Goes on after a wrong assumption.
    mutating func goOn() {
        isRefuted = false
        blockCount = 0
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
        guard mode != .requestKey, detector.finding == .undecided, group.counts(stored),
            !stored.tokens.isEmpty
        else { return }
        if blockSize == nil, 1...SchemeSearch.blockTokensMax ~= stored.blockSize {
            blockSize = BlockSize(tokenCount: stored.blockSize)
        }
        blockCount += min(stored.hashes.count, SchemeSearch.blocksBeforeGivingUp)
        guard stored.parent == nil, !stored.hasUnreadableExtras else { return }
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
        test()
    }

    /// Compares what is assumed with what has been found since.
    private mutating func test() {
        guard let scheme = assumed else { return }
        switch detector.finding {
        case .undecided:
            guard hasMismatched else { return }
            isRefuted = true
        case .engineHash(let found):
            isRefuted = KeySpace.identity(of: found) != KeySpace.identity(of: scheme)
        case .requestKey: isRefuted = true
        }
        assumed = nil
    }

    mutating func removed(_ removed: borrowing RemovedBlocks) {}
    mutating func allBlocksCleared() {}
}
