/// Every run of the store, in the order in which they are to be forgotten: a clock, as LRU would
/// need a lock for every hit.
struct PrefixRunQueue {
    private var runs: [PrefixRun?] = []
    private var first = 0
    private(set) var byteCount = 0
    private(set) var blockCount = 0

    /// Takes the run in. Returns those that must go, so that both bounds hold: the oldest that
    /// were not used since they were last looked at.
    mutating func append(_ run: PrefixRun, bytesMax: Int, blocksMax: Int) -> [PrefixRun] {
        push(run)
        byteCount += run.byteCount
        blockCount += run.ends.count
        var removed: [PrefixRun] = []
        // Every run gets one second chance at most, so this ends.
        var chances = runs.count - first
        while byteCount > bytesMax || blockCount > blocksMax, let oldest = popFirst() {
            if chances > 0, oldest.takeUsed() {
                push(oldest)
            } else {
                byteCount -= oldest.byteCount
                blockCount -= oldest.ends.count
                removed.append(oldest)
            }
            chances -= 1
        }
        return removed
    }

    private mutating func push(_ run: PrefixRun) { runs.append(run) }

    private mutating func popFirst() -> PrefixRun? {
        guard first < runs.count else { return nil }
        defer {
            runs[first] = nil
            first += 1
            // Moves each run once for every time that as many are taken.
            if first * 2 > runs.count {
                runs.removeFirst(first)
                first = 0
            }
        }
        return runs[first]
    }
}
