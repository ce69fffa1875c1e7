package import HTTP

/// The prefix-cache counters of vLLM engines, in tokens, summed.
package struct EngineCounters: Equatable, Sendable {
    package var queries = 0.0
    package var hits = 0.0

    package init(queries: Double = 0, hits: Double = 0) {
        self.queries = queries
        self.hits = hits
    }

    package var hitRatio: Double? { queries > 0 ? hits / queries : nil }

    package static func - (left: EngineCounters, right: EngineCounters) -> EngineCounters {
        EngineCounters(queries: left.queries - right.queries, hits: left.hits - right.hits)
    }

    /// Adds what one engine's /metrics say.
    package mutating func add(metrics text: String) {
        for line in text.split(separator: "\n") {
            let name = line.prefix { $0 != "{" && $0 != " " }
            guard let value = line.split(separator: " ").last.flatMap({ Double($0) }) else {
                continue
            }
            switch name {
            case "vllm:prefix_cache_queries_total": queries += value
            case "vllm:prefix_cache_hits_total": hits += value
            default: break
            }
        }
    }

    /// Reads the counters of engines by their base URLs, or those of their metrics.
    package static func read(
        from urls: [String],
        _ client: HTTPClient
    ) async throws(HTTPError) -> EngineCounters {
        var counters = EngineCounters()
        for url in urls {
            let url = url.hasSuffix("/metrics") ? url : url + "/metrics"
            let response = try await client.send(.init("GET", url))
            guard response.status == 200 else {
                throw .connectionLost(reason: "\(url) answers with status \(response.status)")
            }
            counters.add(metrics: String(decoding: response.body, as: UTF8.self))
        }
        return counters
    }
}
