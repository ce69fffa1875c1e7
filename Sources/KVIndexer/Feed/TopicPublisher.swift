import Domain

/// Who publishes, in the topic's own words.
struct TopicPublisher: Equatable {
    /// What stands between the first two `@`: an endpoint's address, host or name, or the name
    /// of storage that all endpoints reach.
    let name: String

    private static let storageNames: Set<String> = ["SHARED_STORAGE", "OBJECT_STORE"]

    /// Nil if the topic is not `kv@<publisher>@<model>`.
    init?(in topic: Span<UInt8>) {
        let text = String(decoding: topic.indices.map { topic[$0] }, as: UTF8.self)
        let parts = text.split(separator: "@", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "kv", !parts[1].isEmpty else { return nil }
        name = String(parts[1])
    }

    /// Whether this is no endpoint but storage that all of them reach.
    var isStorage: Bool { TopicPublisher.storageNames.contains(name) }

    /// Whether this may be the endpoint: its address, its host alone, or its name.
    func isNamed(in endpoint: Endpoint) -> Bool {
        name == endpoint.address || name == endpoint.name || name == endpoint.host
    }
}
