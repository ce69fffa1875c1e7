/// How a subscriber socket connects and what it holds. The defaults suit one engine's events.
package struct SubscriberOptions: Equatable, Sendable {
    /// Only messages whose topic begins with these bytes arrive. Empty means all.
    package var topicPrefix = ""
    /// Larger messages end the connection, which then reconnects. Bounds a hostile peer.
    package var messageBytesMax: Int64 = 8 << 20
    /// Messages of one connection that wait to be received, whatever they are in bytes. Beyond it
    /// they wait at the publisher, which drops what it cannot keep; that shows as a gap.
    package var receiveQueueMessagesMax: Int32 = 16_000
    /// The first wait before connecting again. Doubles up to `reconnectMillisecondsMax`.
    package var reconnectMilliseconds: Int32 = 100
    package var reconnectMillisecondsMax: Int32 = 5_000
    /// A silent peer is pinged this often. Without pings, a peer that vanished without a word
    /// would look like one that has nothing to say.
    package var heartbeatMilliseconds: Int32 = 10_000
    package init() {}
}
