import Domain

/// The blocks that were sent to each endpoint last: what its engine may still hold.
///
/// Invariants:
/// 1. `holders` names an endpoint for a block if and only if the endpoint's list has it, at the
///    place given; so do lists of endpoints that are leaving.
/// 2. Who holds a block of a prompt holds those before it: a prompt's blocks are used from its
///    end to its start, so the first of them is always the most recent, and goes last.
///
/// Thread safety: none; under the index's lock.
struct RememberedBlocks {
    private struct EndpointBlocks {
        var recent = RecencyList<UInt64>()
        /// As its engine reports; 0: it does not.
        var blockTokens = 0
        var cacheTokens = 0
    }

    /// Blocks whose memory is fetched together.
    private static let batchBlocks = 32

    private var holders = BlockHolders()
    private var endpoints: [EndpointID: EndpointBlocks] = [:]
    private var leaving: [(endpoint: EndpointID, recent: RecencyList<UInt64>)] = []
    private var generation: UInt64?
    private var search = PrefixSearch()

    /// Of all engines that report one, the largest block. 0: none does.
    var largestBlockTokens: Int { endpoints.values.reduce(0) { max($0, $1.blockTokens) } }
    var endpointCount: Int { endpoints.count }
    /// Blocks of all endpoints; one that several hold counts for each.
    var count: Int { endpoints.values.reduce(0) { $0 + $1.recent.count } }

    mutating func matches(of prompt: ApproximatePrompt) -> PrefixMatches {
        var matches = PrefixMatches(blockCount: prompt.blockCount)
        search.find(prompt.blocks, in: &holders, into: &matches)
        return matches
    }

    /// Makes the prompt's blocks the most recent ones of an endpoint that is in the pool.
    ///
    /// - Parameter capacity: from the tokens that the engine's cache holds (0: it does not say),
    ///   the blocks that are remembered.
    mutating func record(
        _ prompt: ApproximatePrompt,
        at endpoint: EndpointID,
        capacity: (_ cacheTokens: Int) -> Int
    ) {
        // Taken out, so that its list is changed in place.
        guard var own = endpoints.removeValue(forKey: endpoint) else { return }
        let capacity = max(0, capacity(own.cacheTokens))
        var end = min(prompt.blocks.count, capacity)
        while end > 0 {
            let start = max(0, end - Self.batchBlocks)
            holders.fetch(prompt.blocks[start..<end])
            let room = capacity - own.recent.count
            if room < end - start { holders.fetch(own.recent.oldest(end - start - room)) }
            for block in prompt.blocks[start..<end].reversed() {
                use(block, in: &own.recent, of: endpoint, capacity: capacity)
            }
            end = start
        }
        shorten(&own.recent, of: endpoint, to: capacity)
        endpoints[endpoint] = own
    }

    private mutating func use(
        _ block: UInt64,
        in recent: inout RecencyList<UInt64>,
        of endpoint: EndpointID,
        capacity: Int
    ) {
        if let place = holders.place(of: block, at: endpoint.rawValue) {
            recent.touch(place)
        } else {
            shorten(&recent, of: endpoint, to: capacity - 1)
            let place = recent.append(block)
            holders.insert(BlockHolder(endpoint: endpoint.rawValue, place: place), of: block)
        }
    }

    /// Begins with endpoints that have come, and forgets those that have left; their blocks are
    /// dropped by `dropLeaving`.
    ///
    /// - Returns: false if nothing was done, for the pool is no newer than the last.
    mutating func follow(_ snapshot: EndpointSnapshot) -> Bool {
        if let generation, snapshot.generation <= generation { return false }
        generation = snapshot.generation
        for (endpoint, own) in endpoints where snapshot.position(of: endpoint) == nil {
            endpoints[endpoint] = nil
            leaving.append((endpoint, own.recent))
        }
        for id in snapshot.ids where endpoints[id] == nil && id.rawValue != .max {
            endpoints[id] = EndpointBlocks()
        }
        return true
    }

    /// Drops some blocks of endpoints that have left: never so many that somebody waits long.
    mutating func dropLeaving(blocksMax: Int) {
        guard var last = leaving.popLast() else { return }
        shorten(&last.recent, of: last.endpoint, to: max(0, last.recent.count - blocksMax))
        if last.recent.count > 0 { leaving.append(last) }
    }

    /// - Returns: whether the engine's block size is another than before.
    mutating func follow(blockTokens: Int, cacheTokens: Int, of endpoint: EndpointID) -> Bool {
        guard let known = endpoints[endpoint],
            known.blockTokens != blockTokens || known.cacheTokens != cacheTokens
        else { return false }
        endpoints[endpoint]?.blockTokens = blockTokens
        endpoints[endpoint]?.cacheTokens = cacheTokens
        return known.blockTokens != blockTokens
    }

    private mutating func shorten(
        _ recent: inout RecencyList<UInt64>,
        of endpoint: EndpointID,
        to count: Int
    ) {
        while recent.count > count, let block = recent.popFirst() {
            holders.remove(block, at: endpoint.rawValue)
        }
    }
}
