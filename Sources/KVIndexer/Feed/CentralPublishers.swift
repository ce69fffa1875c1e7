import Domain
import KVEvents
import Telemetry
import ZMQ

/// All publishers that connect to one address, told apart by their topics. Belongs to one event
/// thread.
///
/// Ranks of one endpoint share a topic, and number their batches apart: those are told apart by
/// the rank that each batch ends with.
final class CentralPublishers: LiveReceiver {
    /// Whatever connects to us names topics, so there is a bound.
    private static let topicsMax = 65_536
    private static let warningsMax = 64

    /// Who a topic's messages come from.
    private enum Origin {
        case endpoint(Endpoint)
        case storage
        case unknown
    }

    private final class Stream {
        let publisherName: TopicPublisher?
        var origin = Origin.unknown
        var publishers: [UInt16: Publisher] = [:]
        /// Messages that came before the pool had the endpoint.
        var unseenCount: UInt64 = 0

        init(_ publisherName: TopicPublisher?) { self.publisherName = publisherName }

        var isUnknown: Bool { if case .unknown = origin { true } else { false } }
    }

    private let makeID: () -> UInt32
    private let loop: LoopContext
    private var members: [String: Endpoint] = [:]
    private var streams: [[UInt8]: Stream] = [:]
    /// Publishers of restored caches that no message has come from yet.
    private var awaited: [CacheID: Publisher] = [:]
    private var lastTopic: [UInt8] = []
    private var lastStream: Stream?
    private var touched: [Publisher] = []
    private var warningCount = 0

    init(makeID: @escaping () -> UInt32, in loop: LoopContext) {
        self.makeID = makeID
        self.loop = loop
    }

    // Publishers come and go at this socket; there is no one connection.
    func connected() {}

    func receive(_ message: borrowing SubscriberSocket) {
        guard message.topic.count <= StreamTopic.bytesMax,
            let stream = stream(of: message.topic)
        else {
            loop.feed.metrics.publishersUnknown.add()
            return
        }
        guard let publisher = publisher(of: stream, sending: message.payload) else {
            stream.unseenCount += 1
            loop.feed.metrics.publishersUnknown.add()
            return
        }
        if touched.last !== publisher { touched.append(publisher) }
        publisher.receive(message)
    }

    func settle() {
        for publisher in touched { publisher.settle() }
        touched.removeAll(keepingCapacity: true)
    }

    /// Nil if there are too many that are known.
    private func stream(of topic: Span<UInt8>) -> Stream? {
        if let lastStream, topic.isEqual(to: lastTopic.span) { return lastStream }
        let key = topic.indices.map { topic[$0] }
        if streams[key] == nil {
            guard streams.count < CentralPublishers.topicsMax || dropUnknownStream() else {
                return nil
            }
            let stream = Stream(TopicPublisher(in: topic))
            stream.origin = origin(of: stream.publisherName)
            streams[key] = stream
            if stream.isUnknown { warn(of: key) }
        }
        lastTopic = key
        lastStream = streams[key]
        return lastStream
    }

    /// Makes room for a topic. Returns whether there was one to drop.
    private func dropUnknownStream() -> Bool {
        guard let index = streams.firstIndex(where: { $0.value.isUnknown }) else { return false }
        streams.remove(at: index)
        return true
    }

    private func origin(of publisher: TopicPublisher?) -> Origin {
        guard let publisher else { return .unknown }
        if publisher.isStorage { return .storage }
        return members[publisher.name].map { .endpoint($0) } ?? .unknown
    }

    private func warn(of topic: [UInt8]) {
        guard warningCount < CentralPublishers.warningsMax else { return }
        warningCount += 1
        loop.feed.log.warning(
            "events come from a publisher that is no endpoint of the pool",
            ["topic": String(decoding: topic, as: UTF8.self)]
        )
    }

    private func publisher(of stream: Stream, sending payload: Span<UInt8>) -> Publisher? {
        switch stream.origin {
        case .unknown: return nil
        case .storage:
            return stream.publishers[0]
                ?? add(
                    Publisher.Plan(
                        id: makeID(),
                        cache: .shared,
                        name: stream.publisherName?.name ?? ""
                    ),
                    to: stream
                )
        case .endpoint(let endpoint):
            let rank = endpoint.dataParallelSize > 1 ? BatchRank.read(payload) : 0
            guard Int(rank) < endpoint.dataParallelSize else { return nil }
            return stream.publishers[rank]
                ?? add(plan(for: endpoint, rank: rank, restored: nil), to: stream)
        }
    }

    private func plan(
        for endpoint: Endpoint,
        rank: UInt16,
        restored: RestoredStream?
    ) -> Publisher.Plan {
        Publisher.Plan(
            id: makeID(),
            cache: CacheID(endpoint: endpoint.id, rank: rank),
            name: endpoint.name,
            replayAddress: endpoint.kvReplayAddress?.withPort(offsetBy: Int(rank)),
            restored: restored
        )
    }

    private func add(_ plan: Publisher.Plan, to stream: Stream) -> Publisher {
        let publisher = awaited.removeValue(forKey: plan.cache) ?? start(plan)
        stream.publishers[plan.cache.rank] = publisher
        if stream.unseenCount > 0 { publisher.lostUnseen(stream.unseenCount) }
        stream.unseenCount = 0
        return publisher
    }

    private func start(_ plan: Publisher.Plan) -> Publisher {
        let publisher = Publisher(plan, in: loop)
        loop.publishers[plan.id] = publisher
        return publisher
    }
}

// MARK: Members

extension CentralPublishers {
    /// Takes over who is in the pool. The blocks of those that are not leave the index.
    ///
    /// - Parameter restored: Caches of theirs that a snapshot has filled.
    func setMembers(_ endpoints: [Endpoint], restored: [CacheID: RestoredStream]) {
        members = names(of: endpoints)
        for stream in streams.values {
            let origin = origin(of: stream.publisherName)
            if !isSame(origin, stream.origin) {
                for publisher in stream.publishers.values { end(publisher) }
                stream.publishers = [:]
            }
            stream.origin = origin
        }
        streams = streams.filter { !$0.value.isUnknown }
        lastStream = nil
        let known = Dictionary(
            endpoints.map { ($0.id, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        for (cache, publisher) in awaited
        where cache != .shared && known[cache.endpoint] == nil {
            awaited[cache] = nil
            end(publisher)
        }
        for (cache, stream) in restored where awaited[cache] == nil {
            if cache == .shared {
                awaited[cache] = start(
                    Publisher.Plan(id: makeID(), cache: cache, name: "shared", restored: stream)
                )
            } else if let endpoint = known[cache.endpoint] {
                awaited[cache] = start(plan(for: endpoint, rank: cache.rank, restored: stream))
            }
        }
    }

    /// A host that several endpoints have names none of them.
    private func names(of endpoints: [Endpoint]) -> [String: Endpoint] {
        let byHost = Dictionary(grouping: endpoints, by: \.host)
        var names = byHost.compactMapValues { $0.count == 1 ? $0.first : nil }
        for endpoint in endpoints { names[endpoint.name] = endpoint }
        for endpoint in endpoints { names[endpoint.address] = endpoint }
        return names
    }

    private func isSame(_ one: Origin, _ other: Origin) -> Bool {
        switch (one, other) {
        case (.storage, .storage), (.unknown, .unknown): true
        case (.endpoint(let one), .endpoint(let other)): one.publishesLike(other)
        default: false
        }
    }

    private func end(_ publisher: Publisher) {
        loop.publishers[publisher.plan.id] = nil
        publisher.end()
        loop.feed.metrics.forget(publisher.plan.name)
    }
}
