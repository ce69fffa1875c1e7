/// Every run of the store, in the order in which they are to be forgotten: a clock, as LRU would
/// need a lock for every hit.
struct PrefixRunQueue {
    private var runs = FIFO<PrefixRun>()
    private(set) var byteCount = 0
    private(set) var blockCount = 0

    /// Takes the run in. Returns those that must go, so that both bounds hold: the oldest that
    /// were not used since they were last looked at.
    mutating func append(_ run: PrefixRun, bytesMax: Int, blocksMax: Int) -> [PrefixRun] {
        runs.append(run)
        byteCount += run.byteCount
        blockCount += run.ends.count
        var removed: [PrefixRun] = []
        // Every run gets one second chance at most, so this ends.
        var chances = runs.count
        while byteCount > bytesMax || blockCount > blocksMax, let oldest = runs.popFirst() {
            if chances > 0, oldest.takeUsed() {
                runs.append(oldest)
            } else {
                byteCount -= oldest.byteCount
                blockCount -= oldest.ends.count
                removed.append(oldest)
            }
            chances -= 1
        }
        return removed
    }
}
