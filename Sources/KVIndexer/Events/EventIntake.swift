package import Domain
import Telemetry

/// What happens to the messages of one endpoint: number, decode, write. Belongs to one thread,
/// and knows nothing of sockets.
package struct EventIntake: ~Copyable {
    private let decoder = EventBatchDecoder()
    private let defaultModel: String
    private let metrics: KVIndexerMetrics
    private var stream = EventStreamState()
    private var writer: IndexWriter
    /// The last message's topic and the model it names: topics hardly ever change.
    private var topic: [UInt8] = []
    private var model: String

    package init(
        for endpoint: EndpointID,
        to index: any KVIndex,
        config: KVIndexerConfig,
        metrics: KVIndexerMetrics
    ) {
        defaultModel = config.model
        model = config.model
        self.metrics = metrics
        writer = IndexWriter(for: endpoint, to: index, config: config, metrics: metrics)
    }

    package mutating func receive(topic: Span<UInt8>, number: UInt64, payload: Span<UInt8>) {
        switch stream.received(number) {
        case .drop: return
        case .apply: break
        case .startOver: startOver()
        }
        do throws(MessagePackError) {
            let batch = try decoder.decode(payload)
            follow(topic)
            writer.apply(batch, model: model)
            record(batch)
        } catch {
            metrics.batchesUndecodable.add()
            stream.lost()
            startOver()
        }
    }

    /// Forgets everything about the endpoint: nothing more will be received.
    package consuming func end() { writer.clear() }

    private mutating func startOver() {
        metrics.streamsStartedOver.add()
        writer.clear()
    }

    private mutating func follow(_ topic: Span<UInt8>) {
        guard !topic.isEqual(to: self.topic.span) else { return }
        self.topic = topic.indices.map { topic[$0] }
        model = EventTopic.model(in: topic) ?? defaultModel
    }

    private func record(_ batch: EventBatch) {
        metrics.batchesApplied.add()
        if batch.unknownEventCount > 0 {
            metrics.eventsUnknown.add(UInt64(batch.unknownEventCount))
        }
        if batch.malformedEventCount > 0 {
            metrics.eventsMalformed.add(UInt64(batch.malformedEventCount))
        }
    }
}
