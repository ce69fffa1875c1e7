import Domain
import KVEvents
import Telemetry

/// The topic of one publisher's messages, and what it names. Topics hardly ever change, so a
/// message costs a comparison.
struct StreamTopic {
    /// Longer ones name nothing: engines' topics hold an address and a model's name.
    static let bytesMax = 1_024

    private let defaultModel: String
    /// Nil where the topic is what names the publisher, or no topic is expected.
    private let expectation: Expectation?
    private let models: KnownModels?
    private var bytes: [UInt8] = []
    private var hasWarned = false
    /// Whether any has been followed, be it one that names nothing.
    private(set) var hasCome = false
    private(set) var model: String

    /// Who was connected to, whatever the topic says.
    struct Expectation {
        let endpoint: Endpoint
        let log: Log
    }

    init(
        defaultModel: String,
        models: KnownModels? = nil,
        expecting expectation: Expectation? = nil
    ) {
        self.defaultModel = defaultModel
        self.models = models
        self.expectation = expectation
        model = defaultModel
    }

    mutating func follow(_ topic: Span<UInt8>) {
        hasCome = true
        guard topic.count <= StreamTopic.bytesMax else {
            bytes = []
            model = defaultModel
            return
        }
        guard !topic.isEqual(to: bytes.span) else { return }
        bytes = topic.indices.map { topic[$0] }
        let named = EventTopic.model(in: topic)
        model = named ?? defaultModel
        if let named { models?.announce(named) }
        guard let expectation, !hasWarned,
            let publisher = TopicPublisher(in: topic),
            !publisher.isNamed(in: expectation.endpoint)
        else { return }
        hasWarned = true
        expectation.log.warning(
            "an engine's topic names another endpoint; the address that it publishes at counts",
            ["endpoint": expectation.endpoint.name, "topic names": publisher.name]
        )
    }
}
