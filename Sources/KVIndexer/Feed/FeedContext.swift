package import Telemetry

/// What all publishers' events are applied with.
package struct FeedContext: Sendable {
    package let index: any KVIndex
    package let spaces: KeySpaceRegistry
    package let config: KVIndexerConfig
    package let metrics: KVIndexerMetrics
    package let log: Log

    package init(
        index: any KVIndex,
        spaces: KeySpaceRegistry,
        config: KVIndexerConfig,
        metrics: KVIndexerMetrics,
        log: Log
    ) {
        self.index = index
        self.spaces = spaces
        self.config = config
        self.metrics = metrics
        self.log = log
    }
}
