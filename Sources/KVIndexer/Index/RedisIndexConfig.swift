/// Which Redis keeps the index, and how long anybody waits for it.
package struct RedisIndexConfig: Equatable, Sendable {
    package static let defaultAddress = "redis://127.0.0.1:6379"

    /// `redis://user:password@host:port/database`, `unix://path` or `host:port`.
    package var address = RedisIndexConfig.defaultAddress
    /// Stands before every key. Empty: keys as llm-d writes them.
    package var namespace = ""
    /// After this many seconds without a change a block is forgotten. 0: never. Clears away what
    /// endpoints left that went while nobody looked; blocks that an engine keeps for longer without
    /// announcing them again are lost, too.
    package var timeToLiveSeconds = 0
    /// One is the writer's; the others serve as many lookups at a time.
    package var connectionCount = 4
    /// The most that a lookup adds to a request. After half of it, a lookup asks Redis no more, and
    /// makes do with what it has found. A Redis that then takes longer to answer counts as down.
    package var timeoutMilliseconds = 250
    /// Blocks whose holders are remembered between lookups, and for how long. Changes by others
    /// are seen that much later.
    package var cachedKeysMax = 1_000_000
    package var cacheMilliseconds = 1_000
    /// Changes that may wait to be written. Beyond that, the cache they are of is written anew.
    package var queuedBlocksMax = 1_000_000

    package init() {}
}
