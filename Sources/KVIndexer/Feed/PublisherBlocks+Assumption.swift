import BlockKeys
import Domain

/// What becomes of a search that may not end by itself. An engine announces a first block only
/// when it computes one. That of a chat template it computes about once in its life: in vain, if
/// it draws its seed, and unheard, if Warmpath starts later.
extension PublisherBlocks {
    /// Ends the search with what is likeliest.
    ///
    /// If a prompt's beginning was announced that no scheme reproduces, that is keys of our own.
    /// If none was announced, it is how other engines of the model hash, or else how vLLM does by
    /// default. Our own keys would be of no use, as they need beginnings; and wrong hashes match
    /// nothing, until a beginning shows what is right.
    mutating func settle(restored: [RestoredHolder]) {
        guard let blockSize = search.blockSize else { return }
        if search.hasMismatched { return search.giveUp() }
        let others = context.spaces.active.filter {
            $0.isEngineHash && $0.model == model && $0.scheme.blockSize == blockSize
        }
        let own = others.first { space in restored.contains { $0.space == space.id } }
        let likeliest = own ?? others.max { $0.userCount < $1.userCount }
        let byDefault = BlockKeyScheme(
            algorithm: .sha256,
            blockSize: blockSize,
            seed: context.config.keys.engineSeeds.first
        )
        search.assume(likeliest?.scheme ?? byDefault)
    }

    /// What was assumed is wrong: forgets the blocks, and goes on searching.
    mutating func reopen() {
        end()
        search.goOn()
        reproduced = ReproducedScopes()
        keyMode = .none
        isDecided = false
    }
}
