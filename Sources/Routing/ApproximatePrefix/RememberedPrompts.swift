import Domain

/// The blocks that were sent to each endpoint last: what its engine may still hold.
///
/// Prompts are kept as a tree of runs, each with those who hold it, so that nothing is done block
/// by block. To an endpoint it looks as if each block were in a list of its own by its last use: a
/// prompt's blocks are used from its end to its start, so its end goes first.
///
/// Invariants:
/// 1. A run names an endpoint as a holder if and only if the endpoint's list has the run, at the
///    place given. Every run has a holder.
/// 2. Who holds a run holds all blocks of the runs before it: they are more recent.
/// 3. Of an endpoint's runs, only the least recent may be held in part, for it goes block by block.
///
/// Thread safety: none; under the index's lock.
struct RememberedPrompts {
    /// What is, or may be, remembered of one endpoint. Not negative.
    struct Room {
        let blocks: Int
        let runs: Int

        init(blocks: Int, runs: Int) {
            self.blocks = max(0, blocks)
            self.runs = max(0, runs)
        }
    }

    private struct EndpointRuns {
        var recent = RecencyList<RunID>()
        /// Blocks in all of them.
        var blocks = 0
        var isLeaving = false
        /// As its engine reports; 0: it does not.
        var blockTokens = 0
        var cacheTokens = 0

        var size: Room { Room(blocks: blocks, runs: recent.count) }
    }

    private var runs = RunTable()
    private var endpoints: [EndpointID: EndpointRuns] = [:]
    /// Those that have left and still hold runs.
    private var leaving: [EndpointID] = []
    private var generation: UInt64?
    private var search = PrefixSearch()
    /// Of the prompt that is recorded, from its start.
    private var path: [RunID] = []

    private(set) var endpointCount = 0
    /// Of all engines that report one, the largest block. 0: none does.
    var largestBlockTokens: Int {
        endpoints.values.reduce(0) { $1.isLeaving ? $0 : max($0, $1.blockTokens) }
    }
    /// Of all endpoints; a block that several hold counts for each.
    var blocks: Int { endpoints.values.reduce(0) { $1.isLeaving ? $0 : $0 + $1.blocks } }
    var runCount: Int { runs.count }

    mutating func matches(of prompt: ApproximatePrompt) -> PrefixMatches {
        var matches = PrefixMatches(blockCount: prompt.blockCount)
        search.find(prompt.blocks, in: runs, into: &matches)
        return matches
    }

    /// Makes the prompt's blocks the most recent ones of an endpoint that is in the pool.
    ///
    /// - Parameter room: what may be remembered, by the tokens that the engine's cache holds (0:
    ///   it does not say).
    mutating func record(
        _ prompt: ApproximatePrompt,
        at endpoint: EndpointID,
        room: (_ cacheTokens: Int) -> Room
    ) {
        guard endpoints[endpoint]?.isLeaving == false,
            let cacheTokens = endpoints[endpoint]?.cacheTokens
        else { return }
        let room = room(cacheTokens)
        let blocks = prompt.blocks.prefix(room.blocks)
        path.removeAll(keepingCapacity: true)
        var start = 0
        while start < blocks.count {
            guard let run = run(startingWith: blocks[start...]) else { return forgetAll() }
            path.append(run)
            start += runs[run].count
        }
        for run in path.reversed() { use(run, at: endpoint) }
        shorten(endpoint, to: room)
    }

    /// Begins with endpoints that have come, and forgets those that have left; their blocks are
    /// dropped by `dropLeaving`.
    ///
    /// - Returns: false if nothing was done, for the pool is no newer than the last.
    mutating func follow(_ snapshot: EndpointSnapshot) -> Bool {
        if let generation, snapshot.generation <= generation { return false }
        generation = snapshot.generation
        for (id, known) in endpoints
        where !known.isLeaving && snapshot.position(of: id) == nil {
            endpoints[id]?.isLeaving = true
            leaving.append(id)
        }
        for id in snapshot.ids where endpoints[id]?.isLeaving != false {
            leaving.removeAll { $0 == id }
            endpoints[id, default: EndpointRuns()].isLeaving = false
        }
        endpointCount = endpoints.count - leaving.count
        return true
    }

    /// Drops some runs of endpoints that have left: never so many that somebody waits long.
    mutating func dropLeaving(runsMax: Int) {
        for _ in 0..<runsMax {
            guard let last = leaving.last else { return }
            if dropOldest(of: last, blocksMax: .max) { continue }
            endpoints[last] = nil
            leaving.removeLast()
        }
    }

    /// - Returns: whether the engine's block size is another than before.
    mutating func follow(blockTokens: Int, cacheTokens: Int, of endpoint: EndpointID) -> Bool {
        guard let known = endpoints[endpoint]?.blockTokens else { return false }
        endpoints[endpoint]?.blockTokens = blockTokens
        endpoints[endpoint]?.cacheTokens = cacheTokens
        return known != blockTokens
    }

    /// The run that starts with these blocks and goes as far as they do: an old one, which is cut
    /// where the two part, or a new one.
    ///
    /// - Returns: nil if two blocks have the same name, by chance.
    private mutating func run(startingWith blocks: ArraySlice<UInt64>) -> RunID? {
        guard let run = runs.id(startingWith: blocks[blocks.startIndex]) else {
            return runs.insert(PromptRun(blocks))
        }
        let common = runs[run].commonCount(with: blocks)
        if common < runs[run].count {
            guard runs.id(startingWith: runs[run][common]) == nil else { return nil }
            cut(run, at: common)
        }
        return run
    }

    /// - Precondition: no run starts with the block there.
    private mutating func cut(_ run: RunID, at count: Int) {
        let rest = runs.insert(runs[run].cut(at: count))
        for index in 0..<runs[rest].holders.count {
            let holder = runs[rest].holders[index]
            let id = EndpointID(rawValue: holder.endpoint)
            if let place = endpoints[id]?.recent.insert(rest, behind: holder.place) {
                runs[rest].holders[index].place = place
            }
        }
        if runs[rest].holders.count == 0 { runs.remove(rest) }
    }

    /// Begins anew. Of 2^25 blocks, two have the same name in one of 30 000 cases: that is not worth
    /// more.
    private mutating func forgetAll() {
        runs = RunTable()
        for id in leaving { endpoints[id] = nil }
        leaving = []
        for id in endpoints.keys {
            endpoints[id]?.recent = RecencyList()
            endpoints[id]?.blocks = 0
        }
    }

    /// Makes a run the most recent one of an endpoint, which holds all of it then.
    private mutating func use(_ run: RunID, at endpoint: EndpointID) {
        let count = UInt32(truncatingIfNeeded: runs[run].count)
        let index = runs[run].holders.firstIndex(from: 0, atLeast: endpoint.rawValue)
        if index < runs[run].holders.count,
            runs[run].holders[index].endpoint == endpoint.rawValue
        {
            let holder = runs[run].holders[index]
            runs[run].holders[index].blocks = count
            endpoints[endpoint]?.recent.touch(holder.place)
            endpoints[endpoint]?.blocks += Int(count - holder.blocks)
        } else if let place = endpoints[endpoint]?.recent.append(run) {
            let holder = RunHolder(endpoint: endpoint.rawValue, blocks: count, place: place)
            runs[run].holders.insert(holder, at: index)
            endpoints[endpoint]?.blocks += Int(count)
        }
    }

    /// Drops an endpoint's least recent blocks until the others have room.
    private mutating func shorten(_ endpoint: EndpointID, to room: Room) {
        while let own = endpoints[endpoint]?.size, own.blocks > room.blocks || own.runs > room.runs
        {
            let blocksMax = own.runs > room.runs ? .max : own.blocks - room.blocks
            guard dropOldest(of: endpoint, blocksMax: blocksMax) else { return }
        }
    }

    /// Drops blocks from the end of an endpoint's least recent run; all of it if it has no more.
    ///
    /// - Returns: false if the endpoint has no run.
    private mutating func dropOldest(of endpoint: EndpointID, blocksMax: Int) -> Bool {
        guard let (place, run) = endpoints[endpoint]?.recent.first,
            let index = runs[run].holders.index(of: endpoint.rawValue)
        else { return false }
        let held = Int(runs[run].holders[index].blocks)
        endpoints[endpoint]?.blocks -= min(held, blocksMax)
        guard held <= blocksMax else {
            runs[run].holders[index].blocks -= UInt32(truncatingIfNeeded: blocksMax)
            return true
        }
        endpoints[endpoint]?.recent.remove(place)
        runs[run].holders.remove(at: index)
        if runs[run].holders.count == 0 { runs.remove(run) }
        return true
    }
}
