/// What an event message's topic tells. Engines for llm-d use `kv@<endpoint>@<model>`.
package enum EventTopic {
    /// The model, if the topic names one. It may contain further `@`.
    package static func model(in topic: Span<UInt8>) -> String? {
        let text = String(decoding: topic.indices.map { topic[$0] }, as: UTF8.self)
        let parts = text.split(separator: "@", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "kv", !parts[2].isEmpty else { return nil }
        return String(parts[2])
    }
}
