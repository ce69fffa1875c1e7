package import Domain
package import Scheduling
import Synchronization

/// What endpoints may hold of a prompt, judged by what was sent to them: for engines that do not
/// announce what they hold.
///
/// Of each endpoint it remembers as many blocks as its engine's cache has room for, as far as that
/// is known, and forgets the least recently sent first, as the engine does. Engines do not report
/// the slower tiers of their caches: to count those in, configure `blocksPerEndpointMax` and
/// switch `followsEngines` off.
///
/// A remembered block takes 8 bytes, and blocks that always come together take about 80 more
/// (measured); `blocksMax` and `runsMax` bound them all, to about 1 GB.
///
/// Thread safety: every method may be called from any thread. Prompts are hashed outside the lock.
package final class ApproximatePrefixIndex: Sendable {
    /// What a token takes of a body, about, where tokens are not known.
    package static let bytesPerToken = 4
    /// Below, blocks cost more than they tell.
    private static let blockTokensMin = 64
    /// No engine has larger blocks; a report that says so is wrong.
    private static let blockTokensMax = 4096
    /// Of all endpoints together: 1000 with the configured default.
    private static let blocksMax = 1 << 25
    /// Of blocks that always come together.
    private static let runsMax = 1 << 23
    private static let prefixBlocksMax = 1 << 16
    /// Of endpoints that have left, each call forgets so many: in about 0.01 ms.
    private static let dropTurnRuns = 32

    /// Tells chains of tokens from chains of bytes.
    private enum Unit: UInt64 { case token = 1, byte }

    package let config: ApproximatePrefixConfig
    private let key = UInt64.random(in: .min ... .max)
    private let remembered = Mutex(RememberedPrompts())
    private let currentBlockTokens: Atomic<Int>

    package init(_ config: ApproximatePrefixConfig = ApproximatePrefixConfig()) {
        self.config = config
        currentBlockTokens = Atomic(Self.blockTokens(by: config, engine: 0))
    }

    /// Tokens in a block of prompts that are made now.
    package var blockTokens: Int { currentBlockTokens.load(ordering: .relaxed) }

    /// Endpoints that something can be remembered of.
    package var endpointCount: Int { remembered.withLock(\.endpointCount) }

    /// Blocks remembered of all endpoints together.
    package var rememberedBlocks: Int { remembered.withLock(\.blocks) }

    /// The first blocks of a prompt, as many as are looked at. Allocates once.
    package func prompt(
        of tokens: Span<TokenID>,
        model: String,
        cacheSalt: String?
    ) -> ApproximatePrompt {
        let size = blockTokens
        var chain = chain(of: .token, blockTokens: size, model, cacheSalt)
        var blocks: [UInt64] = []
        let count = min(tokens.count / size, blockCountMax(size))
        blocks.reserveCapacity(count)
        for block in 0..<count {
            chain.absorb(tokens.extracting(block * size..<(block + 1) * size))
            blocks.append(chain.blockName)
        }
        return ApproximatePrompt(blockTokens: size, blocks: blocks)
    }

    /// The same of a prompt whose tokens are not known: each `bytesPerToken` bytes count as one.
    ///
    /// - Parameter bytes: the prompt's text, or the body that it is in.
    package func prompt(
        ofBytes bytes: Span<UInt8>,
        model: String,
        cacheSalt: String?
    ) -> ApproximatePrompt {
        let size = blockTokens
        var chain = chain(of: .byte, blockTokens: size, model, cacheSalt)
        var blocks: [UInt64] = []
        let blockBytes = size * Self.bytesPerToken
        let count = min(bytes.count / blockBytes, blockCountMax(size))
        blocks.reserveCapacity(count)
        for block in 0..<count {
            chain.absorb(bytes.extracting(block * blockBytes..<(block + 1) * blockBytes))
            blocks.append(chain.blockName)
        }
        return ApproximatePrompt(blockTokens: size, blocks: blocks)
    }

    /// What each endpoint was sent of the prompt, from its start without a gap, and is not yet
    /// taken to have forgotten. Endpoints that have left may be among them for a while.
    package func matches(of prompt: ApproximatePrompt) -> PrefixMatches {
        guard prompt.blockCount > 0 else { return .none }
        return remembered.withLock { $0.matches(of: prompt) }
    }

    /// Remembers that the prompt was sent to an endpoint. Does nothing if that is not in the pool
    /// that was followed last.
    package func record(_ prompt: ApproximatePrompt, at endpoint: EndpointID) {
        guard prompt.blockCount > 0 else { return }
        remembered.withLock { remembered in
            remembered.dropLeaving(runsMax: Self.dropTurnRuns)
            let endpointCount = max(1, remembered.endpointCount)
            remembered.record(prompt, at: endpoint) { cacheTokens in
                let blocks =
                    cacheTokens > 0
                    ? cacheTokens / prompt.blockTokens : config.blocksPerEndpointMax
                return RememberedPrompts.Room(
                    blocks: min(blocks, Self.blocksMax / endpointCount),
                    runs: Self.runsMax / endpointCount
                )
            }
        }
    }

    /// Takes note of who is in the pool, and forgets who has left. Cheap if the pool is the one
    /// that was followed last, and nothing happens if it is older.
    package func follow(_ snapshot: EndpointSnapshot) {
        remembered.withLock { remembered in
            if remembered.follow(snapshot) { settleBlockTokens(remembered) }
            remembered.dropLeaving(runsMax: Self.dropTurnRuns)
        }
    }

    /// Takes note of an engine's block size and of the size of its cache, if configured to. Does
    /// nothing if the endpoint is not in the pool that was followed last.
    package func follow(_ report: EngineReport, of endpoint: EndpointID) {
        guard config.followsEngines else { return }
        let blockTokens = Int(report.blockTokens)
        remembered.withLock { remembered in
            let isOtherSize = remembered.follow(
                blockTokens: (0...Self.blockTokensMax).contains(blockTokens) ? blockTokens : 0,
                cacheTokens: max(0, report.kvCacheTokens),
                of: endpoint
            )
            if isOtherSize { settleBlockTokens(remembered) }
        }
    }

    /// Prompts are cut alike for all engines: by the largest block that one of them has. Blocks
    /// of another size are never found again, and go as they get old.
    private func settleBlockTokens(_ remembered: borrowing RememberedPrompts) {
        let size = Self.blockTokens(by: config, engine: remembered.largestBlockTokens)
        currentBlockTokens.store(size, ordering: .relaxed)
    }

    /// - Parameter engine: tokens in a block of the engine's; 0: not known.
    private static func blockTokens(by config: ApproximatePrefixConfig, engine: Int) -> Int {
        guard config.followsEngines, engine > 0 else {
            return min(max(config.blockTokens, blockTokensMin), blockTokensMax)
        }
        return (blockTokensMin + engine - 1) / engine * engine
    }

    private func blockCountMax(_ blockTokens: Int) -> Int {
        let blocks = min(config.prefixBlocksMax, config.prefixTokensMax / blockTokens)
        return min(max(0, blocks), Self.prefixBlocksMax)
    }

    private func chain(
        of unit: Unit,
        blockTokens: Int,
        _ model: String,
        _ cacheSalt: String?
    ) -> BlockChainHash {
        BlockChainHash(
            key: key,
            unit: unit.rawValue << 32 | UInt64(blockTokens),
            model: model,
            cacheSalt: cacheSalt
        )
    }
}
