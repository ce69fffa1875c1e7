import Dispatch
import Domain
import Synchronization

/// Where the publishers of several event threads are. Thread safety: any thread may answer.
final class PositionsRequest: Sendable {
    private let positions = Mutex<[CacheID: [StreamPosition]]>([:])
    private let answers = DispatchGroup()

    private let isForSnapshot: Bool

    /// - Parameter isForSnapshot: Leaves out publishers of which a snapshot cannot have all.
    init(answerCount: Int, isForSnapshot: Bool) {
        self.isForSnapshot = isForSnapshot
        for _ in 0..<answerCount { answers.enter() }
    }

    func answer(_ publishers: some Sequence<Publisher>) {
        let known = publishers.compactMap { publisher in
            isForSnapshot && !publisher.canBeSaved
                ? nil : publisher.position.map { (publisher.plan.cache, $0) }
        }
        positions.withLock { positions in
            for (cache, position) in known { positions[cache, default: []].append(position) }
        }
        answers.leave()
    }

    /// Waits for all answers. A cache that several streams tell of has no one position.
    func wait() -> [CacheID: StreamPosition] {
        answers.wait()
        return positions.withLock { positions in
            positions.compactMapValues { $0.count == 1 ? $0.first : nil }
        }
    }
}

/// The engine's hashes of a cache's blocks. Thread safety: any thread may answer.
final class EngineKeysRequest: Sendable {
    typealias Keys = [(hash: EngineBlockHash, key: BlockKey)]

    let cache: CacheID
    private let keys = Mutex<Keys>([])
    private let answers = DispatchGroup()

    init(for cache: CacheID, answerCount: Int) {
        self.cache = cache
        for _ in 0..<answerCount { answers.enter() }
    }

    func answer(_ publishers: some Sequence<Publisher>) {
        for publisher in publishers where publisher.plan.cache == cache {
            let found = publisher.engineKeys
            keys.withLock { $0 += found }
        }
        answers.leave()
    }

    /// Waits for all answers.
    func wait() -> Keys {
        answers.wait()
        return keys.withLock { $0 }
    }
}
