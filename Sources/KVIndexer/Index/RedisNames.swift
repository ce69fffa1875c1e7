package import Domain

/// How this process's numbers are called in a Redis that several processes share.
package struct RedisNames: Sendable {
    /// llm-d's name for storage that every endpoint reaches.
    static let sharedPod = "SHARED_STORAGE"

    private let endpointName: @Sendable (EndpointID) -> String?
    private let endpoint: @Sendable (String) -> EndpointID?
    private let spaceName: @Sendable (KeySpaceID) -> String

    /// - Parameters:
    ///   - endpointName: `host:port` of an endpoint of the pool, as llm-d has it; else nil.
    ///   - endpoint: the endpoint of that name; nil if the pool has none.
    ///   - spaceName: a name that is the same in every process that computes the same keys, of
    ///     letters, digits, `-`, `_` and `.`; empty for keys that llm-d computes, too.
    package init(
        endpointName: @escaping @Sendable (EndpointID) -> String?,
        endpoint: @escaping @Sendable (String) -> EndpointID?,
        spaceName: @escaping @Sendable (KeySpaceID) -> String
    ) {
        self.endpointName = endpointName
        self.endpoint = endpoint
        self.spaceName = spaceName
    }

    /// `host:port`, followed by `#rank` if the endpoint's caches are several and this is not the
    /// first: llm-d does not tell ranks apart, and takes such a name for a pod that it does not
    /// route to.
    func pod(of cache: CacheID) -> String? {
        if cache == .shared { return RedisNames.sharedPod }
        guard let name = endpointName(cache.endpoint) else { return nil }
        return cache.rank == 0 ? name : "\(name)#\(cache.rank)"
    }

    func cache(ofPod pod: String) -> CacheID? {
        if pod == RedisNames.sharedPod { return .shared }
        guard let mark = pod.lastIndex(of: "#") else {
            return endpoint(pod).map { CacheID(endpoint: $0) }
        }
        guard let rank = UInt16(pod[pod.index(after: mark)...]), rank > 0 else { return nil }
        return endpoint(String(pod[..<mark])).map { CacheID(endpoint: $0, rank: rank) }
    }

    /// What stands before the digits of a block's key.
    func keyPrefix(of space: KeySpaceID, in namespace: String) -> [UInt8] {
        let name = spaceName(space)
        return Array((name.isEmpty ? namespace : "\(namespace)s\(name):").utf8)
    }
}

extension CacheTier {
    /// The tier that an entry of llm-d's means. Entries without one are in the engine's own memory;
    /// a word that we do not know is taken for the farthest tier.
    init(redisName: String) {
        switch redisName.lowercased() {
        case "gpu", "": self = .gpu
        case "cpu", "cpu_pinned": self = .cpu
        case "disk", "fs", "nvme", "storage": self = .disk
        default: self = .object
        }
    }

    /// The tier's word in llm-d's entries.
    var redisName: String {
        switch self {
        case .gpu: "gpu"
        case .cpu: "cpu"
        case .disk: "disk"
        case .object: "object"
        }
    }
}
