import Domain

/// The whole hashes of a few blocks, the latest to be inserted, by what events carry of them.
struct KnownChains: Sendable {
    static let countMax = 512

    private var chains: [EngineBlockHash: BlockKeyChain] = [:]
    /// A ring of what to forget, the oldest at `oldest` once it is full.
    private var order: [EngineBlockHash] = []
    private var oldest = 0

    subscript(hash: EngineBlockHash) -> BlockKeyChain? { chains[hash] }

    mutating func insert(_ chain: BlockKeyChain, of hash: EngineBlockHash) {
        guard chains.updateValue(chain, forKey: hash) == nil else { return }
        guard order.count == Self.countMax else { return order.append(hash) }
        chains[order[oldest]] = nil
        order[oldest] = hash
        oldest = (oldest + 1) % Self.countMax
    }
}
