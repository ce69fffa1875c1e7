import BlockKeys
package import Domain

/// Finds out which endpoints hold how much of a prompt, whatever keys their blocks are under.
///
/// Thread safety: may be used from any thread.
package struct PromptLookup: Sendable {
    private let index: any KVIndex
    private let spaces: KeySpaceRegistry
    private let blockSize: BlockSize
    private let adapterPaths: [String: String]
    /// Our own keys of the configured model: what is only expected has a name, too, before any
    /// engine has said how it names blocks.
    private let ownSpace: KeySpace?

    package init(in index: any KVIndex, spaces: KeySpaceRegistry, config: KVIndexerConfig) {
        self.index = index
        self.spaces = spaces
        blockSize = config.blockSize
        adapterPaths = config.keys.adapterPaths
        ownSpace =
            config.speculation.isEnabled
            ? spaces.id(of: config.ownScheme, model: config.model).flatMap { spaces.space($0) }
            : nil
    }

    /// The prompt's keys. Spaces of the model are asked; if there are none, the name is that of
    /// an adapter, which may be of any model. Allocates once for each space.
    package func blocks(of tokens: Span<TokenID>, in prompt: PromptScope) -> PromptBlocks {
        var blocks = PromptBlocks(
            blockCount: tokens.count / blockSize.tokenCount,
            blockSize: blockSize
        )
        var active = spaces.active
        if active.isEmpty, let ownSpace { active.append(ownSpace) }
        let isModel = active.contains { $0.model == prompt.model }
        for space in active where !isModel || space.model == prompt.model {
            append(space, tokens, prompt, isAdapter: !isModel, to: &blocks)
        }
        return blocks
    }

    /// Adds to `matches`, in blocks of the configured size, what each endpoint holds from the
    /// start without a gap: of its spaces, the best.
    package func longestPrefixes(of blocks: PromptBlocks, into matches: inout PrefixMatches) {
        var scratch: PrefixMatches?
        for chain in blocks.chains {
            if chain.blockSize == blocks.blockSize {
                index.longestPrefixes(of: chain.keys.span, in: chain.space, into: &matches)
                continue
            }
            var found = scratch.take() ?? PrefixMatches(blockCount: 0)
            found.reset(blockCount: chain.keys.count)
            index.longestPrefixes(of: chain.keys.span, in: chain.space, into: &found)
            matches.add(found, in: chain.blockSize, of: blocks.blockSize)
            scratch = found
        }
    }

    package func longestPrefixes(of blocks: PromptBlocks) -> PrefixMatches {
        var matches = PrefixMatches(blockCount: blocks.blockCount)
        longestPrefixes(of: blocks, into: &matches)
        return matches
    }

    private func append(
        _ space: KeySpace,
        _ tokens: Span<TokenID>,
        _ prompt: PromptScope,
        isAdapter: Bool,
        to blocks: inout PromptBlocks
    ) {
        let first = blocks.chains.count
        var scope = BlockKeyScope(model: space.model, cacheSalt: prompt.cacheSalt)
        if isAdapter {
            let name = prompt.model
            scope.adapter =
                space.adapters[name]
                ?? LoRAAdapter(name: name, path: adapterPaths[name])
        }
        scope.extras = prompt.media.flatMap { $0.extras(in: space.scheme.blockSize) }
            .sorted { $0.block < $1.block }
        let isPlain = !isAdapter && prompt.cacheSalt == nil && prompt.media.isEmpty
        for hasher in isPlain ? [space.hasher] : space.hashersOfScopes
        where hasher.canHash(scope) {
            var keys: [BlockKey] = []
            hasher.appendKeys(for: tokens, in: scope, to: &keys)
            // Styles that write this scope alike name its blocks alike.
            guard !keys.isEmpty, !blocks.chains[first...].contains(where: { $0.keys == keys })
            else { continue }
            blocks.chains.append(
                PromptBlocks.Chain(space: space.id, blockSize: space.scheme.blockSize, keys: keys)
            )
        }
    }
}

extension PromptMedium {
    /// One extra for each block that the medium's tokens are in.
    fileprivate func extras(in blockSize: BlockSize) -> [BlockExtra] {
        guard !tokens.isEmpty, tokens.lowerBound >= 0 else { return [] }
        let size = blockSize.tokenCount
        return (tokens.lowerBound / size...(tokens.upperBound - 1) / size).map { block in
            BlockExtra(
                block: block,
                identifier: identifier,
                offset: tokens.lowerBound - block * size
            )
        }
    }
}

extension PrefixMatches {
    /// Adds matches that are counted in blocks of another size. What does not make a full block
    /// does not count.
    fileprivate mutating func add(_ other: PrefixMatches, in size: BlockSize, of own: BlockSize) {
        func blocks(_ count: Int) -> Int { count * size.tokenCount / own.tokenCount }
        sharedBlocks = max(sharedBlocks, blocks(other.sharedBlocks))
        for match in other.endpoints {
            var converted = match
            converted.blocks = Int32(clamping: blocks(Int(match.blocks)))
            converted.expectedBlocks = Int32(clamping: blocks(Int(match.expectedBlocks)))
            converted.uncertainBlocks = Int32(clamping: blocks(Int(match.uncertainBlocks)))
            var (sum, total) = (0, 0)
            for tier in 0..<4 {
                sum += Int(match.blocksByTier[tier])
                converted.blocksByTier[tier] = Int32(clamping: blocks(sum) - total)
                total = blocks(sum)
            }
            if converted.blocks > 0 { add(converted) }
        }
    }
}
