import BlockKeys
import Domain
import Randomness
import Testing

/// Announces blocks as an engine of some scheme does.
private struct Engine {
    let scheme: BlockKeyScheme
    var randomHashes = SplitMix64(seed: 1)

    /// Lets a detector see an event of `blockCount` blocks behind `first` others.
    mutating func announce(
        _ tokens: [TokenID],
        first: Int = 0,
        in scope: BlockKeyScope = BlockKeyScope(model: "m"),
        to detector: inout BlockKeyDetector,
        paths: [String] = []
    ) -> BlockKeyVerification {
        let size = scheme.blockSize.tokenCount
        let all = BlockKeyHasher(scheme: scheme).keys(tokens, in: scope)
        let hashes = (first..<tokens.count / size).map { block in
            EngineBlockHash(rawValue: all.isEmpty ? randomHashes.next() : all[block])
        }
        let blockTokens = Array(tokens[first * size..<tokens.count / size * size])
        let blocks = AnnouncedBlocks(
            hashes: hashes.span,
            tokens: blockTokens.span,
            blockSize: size,
            after: first == 0 ? nil : EngineBlockHash(rawValue: all[first - 1]),
            in: announced(scope, first: first)
        )
        detector.observe(blocks, adapterPaths: paths)
        return detector.verify(blocks, adapterPaths: paths)
    }

    /// The wire has no path, and the salt as one more extra of the first block.
    private func announced(_ scope: BlockKeyScope, first: Int) -> BlockKeyScope {
        var announced = scope
        announced.adapter?.path = nil
        announced.extras = scope.extras.filter { $0.block >= first }
        for index in announced.extras.indices { announced.extras[index].block -= first }
        announced.cacheSalt = nil
        if first == 0, let salt = scope.cacheSalt {
            let place = announced.extras.prefix { $0.block == 0 && $0.kind == .media }.count
            announced.extras.insert(image(salt), at: place)
        }
        return announced
    }
}

struct BlockKeyDetectorTests {
    private static let schemes = BlockKeyScheme.all(blockSize: 16).filter(\.algorithm.isOfEngine)
    private let adapter = LoRAAdapter(name: "ad", number: 3, path: "/loras/ad")

    @Test(arguments: schemes)
    func `the algorithm is found by the first block of a prompt`(scheme: BlockKeyScheme) {
        for seed in ["42", "0", nil] {
            var scheme = scheme
            scheme.seed = scheme.algorithm == .sglang ? nil : seed
            var engine = Engine(scheme: scheme)
            var detector = BlockKeyDetector(seeds: ["0", "42"])
            let verification = engine.announce(tokens(through: 70), to: &detector)
            guard BlockKeyHasher(scheme: scheme).canHash(BlockKeyScope(model: "m")) else {
                #expect(detector.finding == .undecided)
                continue
            }
            scheme.extraKeys = .tagged
            #expect(detector.finding == .engineHash(scheme))
            #expect(verification == .reproduced(adapterPath: nil))
        }
    }

    @Test(arguments: schemes.filter { $0.algorithm != .sglang })
    func `the style is found by an image and an adapter`(scheme: BlockKeyScheme) {
        var engine = Engine(scheme: scheme)
        var detector = BlockKeyDetector(seeds: ["42"])
        _ = engine.announce(tokens(through: 48), to: &detector)
        let scope = BlockKeyScope(
            model: "m",
            adapter: adapter,
            cacheSalt: "tenant",
            extras: [image("img", block: 1, at: 5), image("img", block: 2, at: -11)]
        )
        let verification = engine.announce(
            tokens(through: 64),
            in: scope,
            to: &detector,
            paths: ["/elsewhere/ad", "/loras/ad"]
        )
        #expect(detector.finding == .engineHash(scheme))
        let path = scheme.extraKeys == .tagged ? "/loras/ad" : nil
        #expect(verification == .reproduced(adapterPath: path))
        #expect(detector.adapterPath(of: "ad") == path)
    }

    @Test(arguments: ExtraKeyStyle.allCases)
    func `an engine that serves nothing plain is found as well`(style: ExtraKeyStyle) {
        let scheme = BlockKeyScheme(.sha256, 16, style)
        var engine = Engine(scheme: scheme)
        var detector = BlockKeyDetector(seeds: ["42"])
        var scope = BlockKeyScope(model: "m", adapter: adapter)
        scope.adapter?.path = "ad"  // the name itself, as for adapters of a model hub
        _ = engine.announce(tokens(through: 48), in: scope, to: &detector)
        guard case .engineHash(let found) = detector.finding else {
            Issue.record("not found")
            return
        }
        #expect(found.algorithm == .sha256)
        // Names are hashed alike in two styles: the newer one is as good.
        #expect(found.extraKeys == (style == .names ? .offsets : style))
    }

    @Test func `a block behind known ones is compared, any other is not`() {
        var engine = Engine(scheme: BlockKeyScheme(.sha256CBOR, 16, seed: nil))
        var detector = BlockKeyDetector()
        #expect(engine.announce(tokens(through: 64), first: 2, to: &detector) == .unknown)
        #expect(detector.finding == .undecided)
        _ = engine.announce(tokens(through: 64), to: &detector)
        let salted = BlockKeyScope(model: "m", cacheSalt: "s")
        #expect(
            engine.announce(tokens(through: 96), first: 4, to: &detector)
                == .reproduced(adapterPath: nil)
        )
        #expect(
            engine.announce(tokens(through: 96), first: 4, in: salted, to: &detector) == .unknown
        )
    }

    @Test func `an adapter of unknown path differs`() {
        var engine = Engine(scheme: BlockKeyScheme(.sha256, 16, seed: nil))
        var detector = BlockKeyDetector()
        _ = engine.announce(tokens(through: 64), to: &detector)
        let scope = BlockKeyScope(model: "m", adapter: adapter)
        #expect(engine.announce(tokens(through: 64), in: scope, to: &detector) == .differs)
        #expect(detector.finding == .engineHash(BlockKeyScheme(.sha256, 16, seed: nil)))
        #expect(detector.adapterPath(of: "ad") == nil)
    }

    @Test func `hashes of a random seed lead to keys of our own`() {
        var engine = Engine(scheme: BlockKeyScheme(.xxhash, 16, seed: nil))
        var detector = BlockKeyDetector(seeds: ["0", "42"])
        for count in 1..<BlockKeyDetector.mismatchesMax {
            _ = engine.announce(tokens(through: UInt32(16 * count)), to: &detector)
            #expect(detector.finding == .undecided)
        }
        _ = engine.announce(tokens(through: 16), to: &detector)
        #expect(detector.finding == .requestKey)
    }

    @Test func `a few blocks of hidden salts do not end the search`() {
        var detector = BlockKeyDetector(seeds: ["42"])
        var hidden = Engine(scheme: BlockKeyScheme(.sha256, 16, seed: "?"))
        var engine = Engine(scheme: BlockKeyScheme(.sha256, 16))
        for _ in 0..<10 { _ = hidden.announce(tokens(through: 32), to: &detector) }
        _ = engine.announce(tokens(through: 32), to: &detector)
        #expect(detector.finding == .engineHash(engine.scheme))
    }

    @Test func `what cannot be compared decides nothing`() {
        var detector = BlockKeyDetector()
        let hashes = [EngineBlockHash(rawValue: 1), EngineBlockHash(rawValue: 2)]
        let tokens = tokens(through: 64)
        for blockSize in [0, -1, 31, 33, 9000, Int.max, Int.min] {
            for tokenCount in [0, 1, 64] {
                let part = Array(tokens.prefix(tokenCount))
                let blocks = AnnouncedBlocks(
                    hashes: hashes.span,
                    tokens: part.span,
                    blockSize: blockSize,
                    after: nil,
                    in: BlockKeyScope(model: "m")
                )
                for _ in 0..<100 { detector.observe(blocks) }
            }
        }
        #expect(detector.finding == .undecided)
    }

    @Test func `costly events end the search, and cost nothing from then on`() {
        let tokens = tokens(through: 8192)
        let hashes = [EngineBlockHash(rawValue: 1)]
        let long = String(repeating: "x", count: 50)
        let scope = BlockKeyScope(
            model: "m",
            adapter: LoRAAdapter(name: long, number: 1),
            extras: (0..<20).map { image(long + String($0), at: 0) }
        )
        let blocks = AnnouncedBlocks(
            hashes: hashes.span,
            tokens: tokens.span,
            blockSize: 8192,
            after: nil,
            in: scope
        )
        var detector = BlockKeyDetector(seeds: (0..<100).map { String($0) })
        detector.observe(blocks, adapterPaths: (0..<100).map { String($0) })
        #expect(detector.finding == .requestKey)
        for _ in 0..<100_000 { detector.observe(blocks) }
        #expect(detector.verify(blocks) == .unknown)
    }

    @Test func `an event of many extras is compared in bounded time, or not at all`() {
        var engine = Engine(scheme: BlockKeyScheme(.sha256, 1, seed: nil))
        var detector = BlockKeyDetector()
        _ = engine.announce(tokens(through: 16), to: &detector)
        let count = 5_000
        let many = (0..<count).map { image("i", block: $0, at: 0) }
        // The first 256 blocks are compared, with their images.
        #expect(
            engine.announce(
                tokens(through: UInt32(count)),
                in: BlockKeyScope(model: "m", extras: many),
                to: &detector
            ) == .reproduced(adapterPath: nil)
        )
        // None of the images is in a block that is compared.
        #expect(
            engine.announce(
                tokens(through: UInt32(count)),
                in: BlockKeyScope(model: "m", extras: Array(many[300...])),
                to: &detector
            ) == .unknown
        )
        // More than a block of its size can have.
        let crowded = (0..<count).map { _ in image("i", at: 0) }
        #expect(
            engine.announce(
                tokens(through: 4),
                in: BlockKeyScope(model: "m", extras: crowded),
                to: &detector
            ) == .unknown
        )
    }
}
