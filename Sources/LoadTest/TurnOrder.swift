/// Keeps the turns of a conversation in order: a turn waits for the one before it.
actor TurnOrder {
    private var ended: Set<Int> = []
    private var waiting: [Int: CheckedContinuation<Void, Never>] = [:]

    /// Each request has one follower at most.
    func wait(for predecessor: Int) async {
        if ended.remove(predecessor) != nil { return }
        await withCheckedContinuation { waiting[predecessor] = $0 }
    }

    func ended(_ index: Int) {
        if let follower = waiting.removeValue(forKey: index) {
            follower.resume()
        } else {
            ended.insert(index)
        }
    }
}
