/// Which Redis keeps the index, and how long anybody waits for it.
package struct RedisIndexConfig: Equatable, Sendable {
    package static let defaultAddress = "redis://127.0.0.1:6379"

    /// `redis://user:password@host:port/database`, `unix://path` or `host:port`.
    package var address = RedisIndexConfig.defaultAddress
    /// Stands before every key. Empty: keys as llm-d writes them.
    package var namespace = ""
    /// After this many seconds without a change a block is forgotten. 0: never.
    package var timeToLiveSeconds = 0
    package var connectionCount = 4
    package var timeoutMilliseconds = 250
    /// Blocks whose holders are remembered between lookups, and for how long.
    package var cachedKeysMax = 1_000_000
    package var cacheMilliseconds = 1_000

    package init() {}
}
