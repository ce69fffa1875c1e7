/// How much of a prompt's prefix one endpoint holds.
package struct EndpointMatch: Equatable, Sendable, BitwiseCopyable {
    package let endpoint: EndpointID
    /// The data-parallel rank that holds the most, of an endpoint whose ranks cache apart.
    package var rank: UInt16
    /// Blocks held from the start without a gap, each in any tier.
    package var blocks: Int32
    /// The same blocks, each counted in its fastest tier (`CacheTier.rawValue`). Those that are
    /// only expected are in none.
    package var blocksByTier: SIMD4<Int32>
    /// Blocks among `blocks` that no engine has confirmed: credited when a request was routed.
    package var expectedBlocks: Int32
    /// Blocks among `blocks` that are known only from before events were lost.
    package var uncertainBlocks: Int32

    package init(
        endpoint: EndpointID,
        rank: UInt16 = 0,
        blocks: Int32,
        blocksByTier: SIMD4<Int32> = SIMD4(),
        expectedBlocks: Int32 = 0,
        uncertainBlocks: Int32 = 0
    ) {
        self.endpoint = endpoint
        self.rank = rank
        self.blocks = blocks
        self.blocksByTier = blocksByTier
        self.expectedBlocks = expectedBlocks
        self.uncertainBlocks = uncertainBlocks
    }
}

/// How much of a prompt's prefix each endpoint holds.
package struct PrefixMatches: Sendable, Equatable {
    /// Full blocks in the prompt.
    package var blockCount: Int
    /// Blocks that lie in storage that every endpoint reaches, from the start without a gap.
    package var sharedBlocks = 0
    /// In ascending order of endpoints, each once. Endpoints that hold nothing are absent.
    package private(set) var endpoints: [EndpointMatch] = []

    package static let none = PrefixMatches(blockCount: 0)

    package init(blockCount: Int) { self.blockCount = blockCount }

    package init(blockCount: Int, matchedBlocks: [EndpointID: Int]) {
        self.init(blockCount: blockCount)
        for (endpoint, blocks) in matchedBlocks {
            add(EndpointMatch(endpoint: endpoint, blocks: Int32(clamping: blocks)))
        }
    }

    package subscript(endpoint: EndpointID) -> EndpointMatch? {
        let place = place(of: endpoint)
        return place < endpoints.count && endpoints[place].endpoint == endpoint
            ? endpoints[place] : nil
    }

    package func blocks(at endpoint: EndpointID) -> Int { Int(self[endpoint]?.blocks ?? 0) }

    /// Of two matches of one endpoint, the longer stays.
    package mutating func add(_ match: EndpointMatch) {
        if let last = endpoints.last, last.endpoint.rawValue < match.endpoint.rawValue {
            endpoints.append(match)
            return
        }
        let place = place(of: match.endpoint)
        if place < endpoints.count, endpoints[place].endpoint == match.endpoint {
            if endpoints[place].blocks < match.blocks { endpoints[place] = match }
        } else {
            endpoints.insert(match, at: place)
        }
    }

    /// Forgets all matches and keeps the memory.
    package mutating func reset(blockCount: Int) {
        self.blockCount = blockCount
        sharedBlocks = 0
        endpoints.removeAll(keepingCapacity: true)
    }

    private func place(of endpoint: EndpointID) -> Int {
        var (low, high) = (0, endpoints.count)
        while low < high {
            let middle = (low + high) / 2
            if endpoints[middle].endpoint.rawValue < endpoint.rawValue {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }
}
