import Domain
import Synchronization

/// Names a session, however long its own name is: 128 bits of a hash whose key differs from
/// process to process, so that nobody can choose a name that is taken for another's.
struct SessionKey: Hashable, Sendable {
    private let words: SIMD2<UInt64>

    init(_ name: String) {
        func word(_ number: UInt8) -> UInt64 {
            var hasher = Hasher()
            hasher.combine(number)
            hasher.combine(name)
            return UInt64(bitPattern: Int64(hasher.finalize()))
        }
        words = SIMD2(word(0), word(1))
    }
}

/// Which endpoint each session is bound to, until it is not used for `lifetime`.
///
/// Thread safety: every method may be called from any thread.
///
/// Invariants:
/// 1. `places` has exactly the sessions in `bindings`, in the order of their last use.
/// 2. There are at most `countMax` of them; the least recently used go first.
final class BoundSessions: Sendable {
    /// Each takes about 105 bytes (measured).
    static let countMax = 100_000
    /// Expired sessions that one call removes: more than it can add.
    private static let expiredPerCallMax = 4

    private struct Binding {
        let key: SessionKey
        var endpoint: EndpointID
        var lastUse: ContinuousClock.Instant
    }

    private struct State {
        var places: [SessionKey: RecencyList<Binding>.Place] = [:]
        var bindings = RecencyList<Binding>()
    }

    private let lifetime: Duration
    private let state = Mutex(State())

    init(lifetime: Duration) { self.lifetime = lifetime }

    var count: Int { state.withLock(\.places.count) }

    /// Where a session is bound to. Nil if it is new, or was not used for too long.
    func endpoint(of key: SessionKey, at now: ContinuousClock.Instant) -> EndpointID? {
        state.withLock { state in
            guard let place = state.places[key] else { return nil }
            let binding = state.bindings[place]
            return now - binding.lastUse < lifetime ? binding.endpoint : nil
        }
    }

    /// Notes that a session is used, and binds it if it is not bound, or to an endpoint that has
    /// left. Of two first requests at the same moment the first binds.
    ///
    /// - Parameter departed: where the session was bound to, if that has left the pool.
    func use(
        _ key: SessionKey,
        at endpoint: EndpointID,
        insteadOf departed: EndpointID?,
        now: ContinuousClock.Instant
    ) {
        state.withLock { state in
            dropExpired(in: &state, at: now)
            guard let place = state.places[key] else {
                if state.places.count >= Self.countMax, let oldest = state.bindings.first {
                    drop(oldest, from: &state)
                }
                let binding = Binding(key: key, endpoint: endpoint, lastUse: now)
                state.places[key] = state.bindings.append(binding)
                return
            }
            let known = state.bindings[place]
            if known.endpoint == departed || now - known.lastUse >= lifetime {
                state.bindings[place].endpoint = endpoint
            }
            // Of two threads the one that comes later may have looked at the clock earlier.
            state.bindings[place].lastUse = max(known.lastUse, now)
            state.bindings.touch(place)
        }
    }

    private func dropExpired(in state: inout State, at now: ContinuousClock.Instant) {
        for _ in 0..<Self.expiredPerCallMax {
            guard let oldest = state.bindings.first, now - oldest.value.lastUse >= lifetime else {
                return
            }
            drop(oldest, from: &state)
        }
    }

    private func drop(
        _ entry: (place: RecencyList<Binding>.Place, value: Binding),
        from state: inout State
    ) {
        state.bindings.remove(entry.place)
        state.places[entry.value.key] = nil
    }
}
