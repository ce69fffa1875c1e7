import Domain
import KVIndexer

/// Picks whose credit the lookup of a later request may have missed: a prompt is looked up before
/// its endpoint is picked, and the index is told of a pick after it.
///
/// Invariants:
/// 1. `waiting` ascends by pick; beyond `picksMax`, the older half goes.
/// 2. `landed`, from `oldestLanded` around, ascends by the moment at which the index had the credit;
///    beyond `picksMax`, the oldest goes: one at a time, since prompts may be large to free.
struct RecentPicks {
    struct Holder: Equatable {
        let endpoint: EndpointID
        let rank: UInt16
    }

    private struct Entry {
        let number: UInt64
        let precise: PromptBlocks
        let approximate: PromptBlocks
        let server: Holder
        let prefiller: Holder?
        var landed = LookupNumber.beforeAll
    }

    private let picksMax: Int
    /// Those whose credit is not in the index.
    private var waiting: [Entry] = []
    /// Those whose credit is: lookups that began later have seen it.
    private var landed: [Entry] = []
    private var oldestLanded = 0

    init(picksMax: Int) { self.picksMax = picksMax }

    /// A request was sent to `server`, after `prefiller`, if any, has computed its prompt: both
    /// will hold it.
    mutating func append(
        _ number: UInt64,
        _ demand: ReservationDemand,
        server: Holder,
        prefiller: Holder?
    ) {
        guard demand.precise.isComparable || demand.approximate.isComparable else { return }
        if waiting.count >= picksMax { waiting.removeFirst((picksMax + 1) / 2) }
        waiting.append(
            Entry(
                number: number,
                precise: demand.precise.blocks,
                approximate: demand.approximate.blocks,
                server: server,
                prefiller: prefiller
            )
        )
    }

    /// Lookups that begin from `moment` on find the pick's credit in the index.
    mutating func credited(_ number: UInt64, at moment: LookupNumber) {
        guard let index = waiting.lastIndex(where: { $0.number == number }) else { return }
        var entry = waiting.remove(at: index)
        entry.landed = moment
        guard landed.count >= picksMax else { return landed.append(entry) }
        landed[oldestLanded] = entry
        oldestLanded = (oldestLanded + 1) % landed.count
    }

    /// Adds what the demand's lookup may have missed to its matches.
    func addMissed(to demand: inout ReservationDemand) {
        guard demand.precise.isComparable || demand.approximate.isComparable else { return }
        for index in waiting.indices { Self.add(waiting[index], to: &demand) }
        for step in 0..<landed.count {
            let index = (oldestLanded + landed.count - 1 - step) % landed.count
            if landed[index].landed <= demand.lookup { return }
            Self.add(landed[index], to: &demand)
        }
    }

    private static func add(_ entry: Entry, to demand: inout ReservationDemand) {
        add(entry.precise, of: entry, to: &demand.precise)
        add(entry.approximate, of: entry, to: &demand.approximate)
    }

    private static func add(
        _ picked: PromptBlocks,
        of entry: Entry,
        to evidence: inout PromptEvidence
    ) {
        let tokens = commonTokens(picked, evidence.blocks)
        let size = evidence.blocks.blockSize.tokenCount
        let blocks = Int32(clamping: min(tokens / size, evidence.matches.blockCount))
        guard blocks > 0 else { return }
        extend(&evidence.matches, to: blocks, at: entry.server)
        if let prefiller = entry.prefiller { extend(&evidence.matches, to: blocks, at: prefiller) }
    }

    /// Tokens of the full blocks with which both prompts begin, in the space where they share most.
    private static func commonTokens(_ first: PromptBlocks, _ second: PromptBlocks) -> Int {
        var tokens = 0
        for chain in first.chains {
            for other in second.chains
            where other.space == chain.space && other.blockSize == chain.blockSize {
                let count = chain.keys.commonPrefixCount(with: other.keys)
                tokens = max(tokens, count * chain.blockSize.tokenCount)
            }
        }
        return tokens
    }

    private static func extend(
        _ matches: inout PrefixMatches,
        to blocks: Int32,
        at holder: Holder
    ) {
        let known = matches[holder.endpoint]
        guard blocks > known?.blocks ?? 0 else { return }
        guard var match = known, match.rank == holder.rank else {
            matches.add(
                EndpointMatch(
                    endpoint: holder.endpoint,
                    rank: holder.rank,
                    blocks: blocks,
                    expectedBlocks: blocks
                )
            )
            return
        }
        match.expectedBlocks += blocks - match.blocks
        match.blocks = blocks
        matches.add(match)
    }
}

extension PromptEvidence {
    fileprivate var isComparable: Bool { !blocks.chains.isEmpty }
}

extension [BlockKey] {
    /// Keys at the beginning of both. A key names all the blocks before it, too, so they are equal
    /// up to some place and differ from there on: binary search.
    fileprivate func commonPrefixCount(with other: [BlockKey]) -> Int {
        guard first == other.first else { return 0 }
        var (low, high) = (0, Swift.min(count, other.count))
        while low < high {
            let middle = (low + high) / 2
            if self[middle] == other[middle] { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
