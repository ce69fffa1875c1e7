import JSON

/// What a run measured. Its JSON is read by scripts: fields may be added, not renamed.
package struct LoadReport: Equatable, Sendable {
    package var requestCount = 0
    package var errors: [RequestOutcome.Failure: Int] = [:]
    package var seconds = 0.0
    /// Prompt tokens found in a prefix cache, as a share of all. Nil if nothing tells.
    package var prefixHitRatio: Double?
    package var firstToken: LatencySummary?
    package var endToEnd: LatencySummary?
    package var requestsPerEndpoint: [String: Int] = [:]

    package init() {}

    /// - Parameter counted: What the engines' own counters say, if they were asked.
    package init(
        _ outcomes: [RequestOutcome],
        elapsed: Duration,
        counted: EngineCounters?
    ) {
        let successes = outcomes.filter { $0.failure == nil }
        requestCount = outcomes.count
        seconds = elapsed / .seconds(1)
        firstToken = LatencySummary(successes.compactMap(\.firstToken))
        endToEnd = LatencySummary(successes.map(\.total))
        for outcome in outcomes {
            if let failure = outcome.failure { errors[failure, default: 0] += 1 }
            if let endpoint = outcome.endpoint { requestsPerEndpoint[endpoint, default: 0] += 1 }
        }
        let reported = EngineCounters(
            queries: Double(successes.reduce(0) { $0 + $1.promptTokens }),
            hits: Double(successes.reduce(0) { $0 + $1.cachedTokens })
        )
        prefixHitRatio = (counted ?? reported).hitRatio
    }

    package var errorCount: Int { errors.values.reduce(0, +) }
    package var throughput: Double {
        seconds > 0 ? Double(requestCount - errorCount) / seconds : 0
    }

    private var errorsByName: [(name: String, count: Int)] {
        errors.map { ($0.key.name, $0.value) }.sorted { $0.name < $1.name }
    }

    // MARK: For scripts

    package var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.field("requests", requestCount)
            json.field("errors", errorCount)
            json.objectField("errors_by_kind") { json in
                for (name, count) in errorsByName { json.field(name, count) }
            }
            json.field("duration_s", seconds)
            json.field("throughput_rps", throughput)
            json.field("prefix_hit_ratio") { json in
                if let prefixHitRatio { json.double(prefixHitRatio) } else { json.null() }
            }
            append("ttft_ms", firstToken, to: &json)
            append("e2e_ms", endToEnd, to: &json)
            json.objectField("requests_per_endpoint") { json in
                for (name, count) in requestsPerEndpoint.sorted(by: { $0.key < $1.key }) {
                    json.field(name, count)
                }
            }
        }
        return json.bytes
    }

    private func append(_ key: String, _ summary: LatencySummary?, to json: inout JSONWriter) {
        guard let summary else { return json.nullField(key) }
        json.objectField(key) { json in
            json.field("mean", summary.mean)
            json.field("p50", summary.p50)
            json.field("p90", summary.p90)
            json.field("p99", summary.p99)
        }
    }

    // MARK: For people

    package var text: String {
        var text = "requests      \(requestCount), of which failed \(errorCount)\n"
        for (name, count) in errorsByName { text += "  \(name)  \(count)\n" }
        text += "duration      \(rounded(seconds)) s\n"
        text += "throughput    \(rounded(throughput)) requests/s\n"
        text += "prefix hits   \(prefixHitRatio.map { rounded($0 * 100) + " %" } ?? "unknown")\n"
        text += "              mean      p50       p90       p99\n"
        text += line("first token", firstToken) + line("end to end", endToEnd)
        text += "per endpoint\n"
        for (name, count) in requestsPerEndpoint.sorted(by: { $0.key < $1.key }) {
            text += "  \(padded(name, 12))\(count)\n"
        }
        return text
    }

    private func line(_ title: String, _ summary: LatencySummary?) -> String {
        guard let summary else { return padded(title, 14) + "none\n" }
        let cells = [summary.mean, summary.p50, summary.p90, summary.p99]
            .map { padded(rounded($0), 10) }
        return padded(title, 14) + cells.joined() + "ms\n"
    }

    private func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }

    /// To two decimals.
    private func rounded(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
    }
}
