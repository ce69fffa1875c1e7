import Dispatch
package import Domain
import Glibc
import Synchronization
import Telemetry
package import ZMQ

/// Follows the publishers of every endpoint in the pool, on a few threads.
///
/// Thread safety: any thread may call; one call at a time does its work. Those that end
/// something wait until it is gone from the index, which takes no longer than a few batches.
package final class SubscriberRegistry: Sendable {
    private struct Following {
        let endpoint: Endpoint
        /// One for each rank: its ID, and the number of its thread.
        let publishers: [(id: UInt32, thread: Int)]
    }

    private struct State {
        var followed: [EndpointID: Following] = [:]
        /// Publishers of each thread.
        var loads: [Int]
        var restored: [CacheID: RestoredStream] = [:]
    }

    /// The thread that the central socket is on, if there is one.
    private static let centralThread = 0

    private let feed: FeedContext
    private let threads: [EventThread]
    private let ids = PublisherIDs()
    private let state: Mutex<State>

    /// Starts the threads, and listens on the central address if there is one.
    ///
    /// - Parameter onModel: Called on an event thread when a topic names a model for the first
    ///   time. Must not take long.
    /// - Throws: If the system has no thread or no descriptor to give.
    package init(
        feed: FeedContext,
        zmq: ZMQContext,
        onModel: @escaping @Sendable (String) -> Void = { _ in }
    ) throws {
        let config = feed.config.events
        let permits = ReplayPermits(count: config.replay.concurrency)
        let budget = HeldBudget(bytesMax: config.replay.heldBytesTotalMax)
        let models = KnownModels(onModel: onModel)
        self.feed = feed
        // Beyond the cores, threads only take turns, and wait for each other in the index.
        let threadCount = min(config.threadCount, max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        threads = try (0..<threadCount).map { _ in
            try EventThread(
                zmq: zmq,
                feed: feed,
                permits: permits,
                budget: budget,
                models: models
            )
        }
        state = Mutex(State(loads: Array(repeating: 0, count: threadCount)))
        if let address = config.centralAddress {
            let ids = ids
            threads[SubscriberRegistry.centralThread].post(
                .listen(ids.make(), address: address, makeID: { ids.make() })
            )
        }
    }

    deinit {
        for thread in threads { thread.stop() }
        for thread in threads { thread.join() }
    }

    /// Takes over what a snapshot knows. To be called before the first reconciliation with the
    /// endpoints that it names. The streams' holders belong to the registry from here on.
    package func restore(_ streams: [CacheID: RestoredStream]) {
        state.withLock { $0.restored.merge(streams) { _, new in new } }
    }

    /// The blocks of a cache by the engine's hashes, where those are not the keys. Waits for every
    /// event thread to finish the batches that it is at.
    package func engineKeys(
        of cache: CacheID
    ) -> [(hash: EngineBlockHash, key: BlockKey)] {
        let request = EngineKeysRequest(for: cache, answerCount: threads.count)
        for thread in threads { thread.post(.tellEngineKeys(request)) }
        return request.wait()
    }

    /// Where each stream is by now; for a snapshot, of those that it can have whole. Whoever takes
    /// a snapshot asks before it reads the index: what is replayed after that may be in the
    /// snapshot already, and nothing is missing.
    ///
    /// Waits for every event thread to finish the batches that it is at.
    package func positions(forSnapshot isForSnapshot: Bool = false) -> [CacheID: StreamPosition] {
        let request = PositionsRequest(
            answerCount: threads.count,
            isForSnapshot: isForSnapshot
        )
        for thread in threads { thread.post(.tellPositions(request)) }
        return request.wait()
    }

    /// Starts what is missing and ends what is gone, whose blocks leave the index. An endpoint
    /// that publishes elsewhere than before counts as gone and missing.
    package func reconcile(with snapshot: EndpointSnapshot) {
        let wanted = snapshot.endpoints.filter { $0.kvEventsAddress != nil }
        let byID = Dictionary(wanted.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let names = Set(snapshot.endpoints.map(\.name))
        state.withLock { state in
            let gone = state.followed.values.filter { following in
                !(byID[following.endpoint.id]?.publishesLike(following.endpoint) ?? false)
            }
            end(gone, in: &state)
            for following in gone where !names.contains(following.endpoint.name) {
                feed.metrics.forget(following.endpoint.name)
            }
            for endpoint in wanted where state.followed[endpoint.id] == nil {
                state.followed[endpoint.id] = follow(endpoint, in: &state)
            }
            if feed.config.events.centralAddress != nil {
                setCentralMembers(snapshot.endpoints.filter { $0.kvEventsAddress == nil }, &state)
            }
            dropRestored(in: &state)
        }
    }

    private func follow(_ endpoint: Endpoint, in state: inout State) -> Following? {
        guard let address = endpoint.kvEventsAddress else { return nil }
        let publishers = (0..<endpoint.dataParallelSize).map { rank in
            let thread = state.loads.indices.min { state.loads[$0] < state.loads[$1] } ?? 0
            state.loads[thread] += 1
            let cache = CacheID(endpoint: endpoint.id, rank: UInt16(rank))
            let plan = Publisher.Plan(
                id: ids.make(),
                cache: cache,
                name: endpoint.name,
                endpoint: endpoint,
                replayAddress: endpoint.kvReplayAddress?.withPort(offsetBy: rank),
                restored: state.restored.removeValue(forKey: cache)
            )
            threads[thread].post(.follow(plan, address: address.withPort(offsetBy: rank)))
            return (id: plan.id, thread: thread)
        }
        return Following(endpoint: endpoint, publishers: publishers)
    }

    /// Tells all threads before it waits for any.
    private func end(_ followings: [Following], in state: inout State) {
        let done = DispatchGroup()
        let publishers = followings.flatMap(\.publishers)
        for (thread, publishers) in Dictionary(grouping: publishers, by: \.thread) {
            done.enter()
            threads[thread].post(.forget(publishers.map(\.id), done: done))
            state.loads[thread] -= publishers.count
        }
        for following in followings { state.followed[following.endpoint.id] = nil }
        done.wait()
    }

    /// Endpoints that name where they publish are followed there.
    private func setCentralMembers(_ endpoints: [Endpoint], _ state: inout State) {
        let ids = Set(endpoints.map(\.id))
        let restored = state.restored.filter { $0.key == .shared || ids.contains($0.key.endpoint) }
        for cache in restored.keys { state.restored[cache] = nil }
        let done = DispatchGroup()
        done.enter()
        threads[SubscriberRegistry.centralThread].post(
            .setMembers(endpoints, restored: restored, done: done)
        )
        done.wait()
    }

    /// What nobody will follow is not true for long.
    private func dropRestored(in state: inout State) {
        for stream in state.restored.values {
            for holder in stream.blocks.holders { feed.index.close(holder.id) }
        }
        state.restored = [:]
    }
}

/// Gives out numbers for sockets and publishers. Thread safety: any thread may ask.
private final class PublisherIDs: Sendable {
    private let last = Atomic<UInt32>(0)

    func make() -> UInt32 { last.wrappingAdd(1, ordering: .relaxed).newValue }
}
