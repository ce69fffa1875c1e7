import Domain

/// Finds out how an engine names its blocks, by hashing the first ones that it announces.
///
/// A block that begins a prompt decides: any other needs the whole hash of its parent, of which
/// events carry a part. Later events with adapters, salts or images narrow the style down.
/// Belongs to one publisher. What it does at most is bounded, whatever the engine announces:
/// hashing that leads to nothing uses up a budget of `bytesMax`.
package struct BlockKeyDetector: Sendable {
    /// First blocks that no scheme reproduces, before the search ends. Some are to be expected:
    /// old engines do not announce salts.
    package static let mismatchesMax = 32
    /// Bytes to hash in vain.
    package static let bytesMax = 16 << 20
    package static let adaptersMax = 1024

    package private(set) var finding = BlockKeyFinding.undecided
    private let seeds: [String?]
    private var hasher: BlockKeyHasher?
    /// Styles that agree with everything so far, the newest first.
    private var styles = ExtraKeyStyle.allCases
    private var chains = KnownChains()
    private var adapterPaths: [String: String] = [:]
    private var mismatchCount = 0
    /// Whether a plain first block was not reproduced. That of any other block proves little: its
    /// adapter may lie in a folder that nobody told.
    package private(set) var hasPlainMismatch = false
    private var bytesLeft = BlockKeyDetector.bytesMax

    /// - Parameter seeds: What `PYTHONHASHSEED` may be, besides unset.
    package init(seeds: [String] = []) {
        self.seeds = [nil] + seeds.prefix(8).map(Optional.some)
    }

    /// Looks at the next event. Does nothing after `.requestKey`.
    ///
    /// - Parameter adapterPaths: Where the engine may have loaded the adapter from. Its name and
    ///   the empty path are tried as well.
    @discardableResult
    package mutating func observe(
        _ blocks: borrowing AnnouncedBlocks,
        adapterPaths: [String] = []
    ) -> BlockKeyFinding {
        switch finding {
        case .requestKey: break
        case .engineHash: _ = verify(blocks, adapterPaths: adapterPaths)
        case .undecided: search(blocks, adapterPaths: adapterPaths)
        }
        return finding
    }

    /// Whether the scheme found reproduces an event. May narrow the finding down.
    package mutating func verify(
        _ blocks: borrowing AnnouncedBlocks,
        adapterPaths: [String] = []
    ) -> BlockKeyVerification {
        guard let hasher, bytesLeft > 0, let announced = blocks.comparedScope,
            blocks.blockSize == hasher.blockSize.tokenCount,
            blocks.parent.map({ chains[$0] != nil }) ?? true
        else { return .unknown }
        var matching: [ExtraKeyStyle] = []
        var path: String?
        // A plain block is the same in every style.
        for style in announced.isPlain ? styles.prefix(1) : styles[...] {
            let styled = hasher.with(style)
            let found = scope(announced, adapterPaths, reproducing: blocks, by: styled)
            guard let found else { continue }
            if matching.isEmpty { path = found.adapter?.path }
            matching.append(style)
        }
        guard let style = matching.first else { return .differs }
        if !announced.isPlain { styles = matching }
        self.hasher = hasher.with(style)
        finding = .engineHash(hasher.with(style).scheme)
        learn(path, of: blocks.scope.adapter)
        return .reproduced(adapterPath: path)
    }

    /// Ends a search that has found nothing: blocks get keys of our own.
    package mutating func giveUp() {
        if finding == .undecided { finding = .requestKey }
    }

    /// Where the engine loaded an adapter from, as found in what it announced.
    package func adapterPath(of name: String) -> String? { adapterPaths[name] }
}

// MARK: Search

extension BlockKeyDetector {
    private mutating func search(_ blocks: borrowing AnnouncedBlocks, adapterPaths: [String]) {
        guard blocks.parent == nil, let scope = blocks.comparedScope else { return }
        for candidate in candidates(blocks.blockSize) {
            hasher = candidate
            if case .reproduced = verify(blocks, adapterPaths: adapterPaths) { return }
            guard bytesLeft > 0 else { break }
        }
        hasher = nil
        mismatchCount += 1
        if scope.isPlain { hasPlainMismatch = true }
        if mismatchCount >= Self.mismatchesMax || bytesLeft <= 0 { finding = .requestKey }
    }

    /// The likely ones first.
    private func candidates(_ tokenCount: Int) -> [BlockKeyHasher] {
        let blockSize = BlockSize(tokenCount: tokenCount)
        var candidates: [BlockKeyHasher] = []
        for algorithm in BlockKeyAlgorithm.allCases where algorithm.isOfEngine {
            for seed in algorithm == .sglang ? [nil] : seeds {
                let scheme = BlockKeyScheme(algorithm: algorithm, blockSize: blockSize, seed: seed)
                candidates.append(BlockKeyHasher(scheme: scheme, memoBytesMax: 0))
            }
        }
        return candidates
    }
}

// MARK: Comparison

extension BlockKeyDetector {
    /// The announced scope, completed by the first of the paths with which the hasher names the
    /// blocks as announced.
    private mutating func scope(
        _ announced: BlockKeyScope,
        _ adapterPaths: [String],
        reproducing blocks: borrowing AnnouncedBlocks,
        by hasher: BlockKeyHasher
    ) -> BlockKeyScope? {
        var scope = blocks.parent == nil ? announced.withSalt(for: hasher.scheme) : announced
        guard hasher.scheme.hashesAdapterPath, let adapter = scope.adapter else {
            return reproduces(blocks, in: scope, by: hasher) ? scope : nil
        }
        for path in paths(of: adapter, adapterPaths) {
            scope.adapter?.path = path
            if reproduces(blocks, in: scope, by: hasher) { return scope }
        }
        return nil
    }

    private mutating func reproduces(
        _ blocks: borrowing AnnouncedBlocks,
        in scope: BlockKeyScope,
        by hasher: BlockKeyHasher
    ) -> Bool {
        guard bytesLeft > 0, hasher.canHash(scope),
            var chain = blocks.parent.map({ chains[$0] }) ?? hasher.chain(in: scope)
        else { return false }
        var reached: [BlockKeyChain] = []
        var extras = scope.extras[...]
        var bytes = 0
        for block in 0..<blocks.comparedCount {
            let blockScope = scope.ofBlock(block, takingFrom: &extras)
            bytes += blockScope.bytesAbout + 5 * blocks.blockSize
            guard blocks.has(block, in: blockScope, after: &chain, by: hasher) else {
                bytesLeft -= bytes
                return false
            }
            reached.append(chain)
        }
        for (block, chain) in reached.enumerated() {
            chains.insert(chain, of: blocks.hashes[block])
        }
        return true
    }

    private func paths(of adapter: LoRAAdapter, _ candidates: [String]) -> [String] {
        let known = [adapterPaths[adapter.name], adapter.path].compactMap { $0 }
        return known + candidates.prefix(8) + [adapter.name, ""]
    }

    private mutating func learn(_ path: String?, of adapter: LoRAAdapter?) {
        guard let path, let adapter, adapterPaths.count < Self.adaptersMax else { return }
        adapterPaths[adapter.name] = path
    }
}
