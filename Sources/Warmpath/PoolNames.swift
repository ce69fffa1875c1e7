import BlockKeys
import Domain
import KVIndexer
import Synchronization

/// How endpoints and key spaces are called outside of this process.
///
/// Thread safety: every method may be called from any thread.
final class PoolNames: Sendable {
    private struct Names {
        var addresses: [EndpointID: String] = [:]
        var ids: [String: EndpointID] = [:]
    }

    private let names = Mutex(Names())
    private let spaces: KeySpaceRegistry

    init(spaces: KeySpaceRegistry) { self.spaces = spaces }

    /// To be called with every change of the pool.
    func follow(_ snapshot: EndpointSnapshot) {
        var changed = Names()
        for endpoint in snapshot.endpoints {
            changed.addresses[endpoint.id] = endpoint.address
            changed.ids[endpoint.address] = endpoint.id
        }
        names.withLock { [changed] in $0 = changed }
    }

    var forRedis: RedisNames {
        RedisNames(
            endpointName: { [self] id in names.withLock { $0.addresses[id] } },
            endpoint: { [self] address in names.withLock { $0.ids[address] } },
            spaceName: { [self] in spaceName($0) }
        )
    }

    /// Empty for keys that llm-d computes, too.
    private func spaceName(_ id: KeySpaceID) -> String {
        guard let space = spaces.space(id) else { return "unknown" }
        guard space.isEngineHash else { return "" }
        let scheme = space.scheme
        let identity = Array("\(scheme.seed ?? "\0")\0\(space.model)".utf8)
        let digits = String(Fingerprint.hash(identity.span), radix: 16)
        return "\(scheme.algorithm.rawValue)-\(scheme.blockSize.tokenCount)-\(digits)"
    }
}
