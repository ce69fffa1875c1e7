package import ZMQ

/// How events are received, and what is done when some are lost.
package struct EventFeedConfig: Equatable, Sendable {
    /// Where to listen for engines that connect to us, such as `tcp://*:5557` (llm-d's
    /// `zmqEndpoint`). Nil: we connect to each endpoint that names where it publishes.
    package var centralAddress: String?
    /// Only topics that begin with this arrive; empty means all. Nil: `kv@` on the central
    /// address, where the topic is what names the publisher, and all elsewhere.
    package var topicFilter: String?
    /// Threads that apply events (llm-d's `concurrency`), but no more than cores. Each publisher
    /// stays on one of them.
    package var threadCount = 4
    /// How event sockets connect, and what they hold. Its topic prefix is replaced by
    /// `topicFilter`.
    package var subscriber = SubscriberOptions()
    package var replay = ReplayConfig()
    /// How long blocks are kept that were known before events were lost for good.
    package var uncertainSeconds = 600
    /// The first wait before a socket that failed is opened again. Doubles up to the maximum.
    /// Lost connections do not count: libzmq restores those by itself.
    package var retryMilliseconds = 250
    package var retryMillisecondsMax = 5_000

    package init() {}

    func validated() throws(KVIndexerConfigError) {
        guard threadCount > 0 else { throw .tooSmall("events.threadCount", atLeast: 1) }
        guard uncertainSeconds > 0 else { throw .tooSmall("events.uncertainSeconds", atLeast: 1) }
        guard retryMilliseconds > 0 else { throw .tooSmall("events.retryMilliseconds", atLeast: 1) }
        guard retryMillisecondsMax >= retryMilliseconds else {
            throw .tooSmall("events.retryMillisecondsMax", atLeast: retryMilliseconds)
        }
        try replay.validated()
    }
}
