import KVEvents
import Telemetry

/// What happens to the messages of one endpoint: number, decode, write. Belongs to one thread,
/// and knows nothing of sockets.
package struct EventIntake: ~Copyable {
    private let defaultModel: String
    private let metrics: KVIndexerMetrics
    private var stream = EventStreamState()
    private var writer: IndexWriter
    /// The last message's topic and the model it names: topics hardly ever change.
    private var topic: [UInt8] = []
    private var model: String

    package init(
        for cache: CacheID,
        named endpointName: String,
        in context: FeedContext
    ) {
        defaultModel = context.config.model
        model = context.config.model
        metrics = context.metrics
        writer = IndexWriter(for: cache, named: endpointName, in: context)
    }

    package mutating func receive(topic: Span<UInt8>, number: UInt64, payload: Span<UInt8>) {
        switch stream.received(number) {
        case .drop: return
        case .apply: break
        case .startOver: startOver()
        }
        do throws(MessagePackError) {
            follow(topic)
            try writer.apply(payload, model: model)
            metrics.batchesApplied.add()
        } catch {
            metrics.batchesUndecodable.add()
            stream.lost()
            startOver()
        }
    }

    /// Forgets everything about the endpoint: nothing more will be received.
    package consuming func end() { writer.end() }

    private mutating func startOver() {
        metrics.streamsStartedOver.add()
        writer.startOver()
    }

    private mutating func follow(_ topic: Span<UInt8>) {
        guard !topic.isEqual(to: self.topic.span) else { return }
        self.topic = topic.indices.map { topic[$0] }
        model = EventTopic.model(in: topic) ?? defaultModel
    }
}
