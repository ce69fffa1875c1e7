import Domain
import KVIndexer
import Synchronization
import Telemetry

/// An index in a test's Redis. Endpoint 1 is `10.0.0.1:8000`, and so on; space 0 is llm-d's.
struct RedisIndexFixture {
    let index: RedisIndex
    let registry = MetricsRegistry()
    let logged = LoggedLines()

    static let names = RedisNames(
        endpointName: { $0.rawValue < 250 ? "10.0.0.\($0.rawValue):8000" : nil },
        endpoint: { name in
            guard name.hasPrefix("10.0.0."), name.hasSuffix(":8000") else { return nil }
            return UInt32(name.dropFirst(7).dropLast(5)).map { EndpointID(rawValue: $0) }
        },
        spaceName: { $0.rawValue == 0 ? "" : "space\($0.rawValue)" }
    )

    init(
        _ address: String,
        names: RedisNames = RedisIndexFixture.names,
        _ change: (inout RedisIndexConfig) -> Void = { _ in }
    ) throws {
        var config = RedisIndexConfig()
        config.address = address
        config.timeoutMilliseconds = 5_000
        change(&config)
        index = try RedisIndex(
            config: config,
            names: names,
            metrics: KVIndexerMetrics(registry: registry),
            log: Log(level: .info) { [logged] in logged.append($0) }
        )
    }

    /// Until Redis has every change.
    func settle() -> Bool { index.settle(within: .seconds(60)) }

    func matches(_ keys: [UInt64], space: UInt16 = 0) -> PrefixMatches {
        let keys = keys.map(BlockKey.init(rawValue:))
        return index.longestPrefixes(of: keys.span, in: KeySpaceID(rawValue: space))
    }

    func gauge(_ name: String) -> Int64? {
        guard case .gauge(let gauge)? = metric(name) else { return nil }
        return gauge.value
    }

    func errors(during operation: String) -> UInt64 {
        let family = registry.families.first { $0.name == "warmpath_kv_redis_errors_total" }
        let series = family?.series.first { $0.labels.first?.value == operation }
        guard case .counter(let counter)? = series?.metric else { return 0 }
        return counter.value
    }

    private func metric(_ name: String) -> Metric? {
        registry.families.first { $0.name == name }?.series.first?.metric
    }
}

final class LoggedLines: Sendable {
    private let lines = Mutex<[String]>([])
    func append(_ line: String) { lines.withLock { $0.append(line) } }
    func count(of text: String) -> Int {
        lines.withLock { $0.count { $0.contains(text) } }
    }
}

extension KVIndex {
    func open(
        _ endpoint: UInt32,
        rank: UInt16 = 0,
        space: UInt16 = 0,
        as kind: HolderKind = .confirmed
    )
        -> HolderID?
    {
        let cache = CacheID(endpoint: EndpointID(rawValue: endpoint), rank: rank)
        return open(cache, in: KeySpaceID(rawValue: space), as: kind)
    }
}

func blocks(at endpoint: UInt32, in matches: PrefixMatches) -> Int {
    matches.blocks(at: EndpointID(rawValue: endpoint))
}
