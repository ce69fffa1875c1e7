package import ZMQ

/// How engines' events are received, and what is done about lost ones.
package struct EventFeedConfig: Equatable, Sendable {
    /// Where engines connect to and publish, such as `tcp://*:5557`. Nil: nowhere, events come
    /// from the addresses of the endpoints.
    package var centralAddress: String?
    /// Of the central address alone: topics begin with this. An endpoint's own socket takes all.
    package var topicFilter = "kv@"
    /// Whether the addresses of the endpoints are connected to.
    package var followsEndpoints = true
    /// Threads that receive and apply events. More serve more engines at once, never one faster.
    package var concurrency = 4
    /// How event sockets connect, and what they hold.
    package var subscriber = SubscriberOptions()
    package var replay = ReplayConfig()
    /// How long blocks still count that are known only from before events were lost. Longer keeps
    /// more matches after a loss, and more of those that are wrong.
    package var uncertainSeconds = 600
    /// How long a socket that failed is left alone. Lost connections do not count: libzmq
    /// restores those by itself.
    package var retryMilliseconds = 5_000

    package init() {}
}

/// How lost events are asked for again.
package struct ReplayConfig: Equatable, Sendable {
    /// From the first question to the last answer.
    package var timeoutMilliseconds = 120_000
    /// After this long without an answer, what is missing is asked for again.
    package var idleMilliseconds = 2_000
    /// Questions in a row that bring nothing before the loss is accepted.
    package var attemptsMax = 3
    /// Replays of the whole process at a time. More recover a pool sooner, and load it more.
    package var concurrency = 8
    /// Live events of one engine that wait for its replay.
    package var bufferBytesMax = 64 << 20

    package init() {}
}
