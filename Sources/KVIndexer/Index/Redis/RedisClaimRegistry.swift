import Domain
import Synchronization

/// Every claim, by name and by holder.
///
/// Thread safety: any thread may use it. Its lock is taken before a claim's, never after.
final class RedisClaimRegistry: Sendable {
    private struct State {
        var claims: [RedisClaim.Name: RedisClaim] = [:]
        var claimOfHolder: [HolderID: RedisClaim] = [:]
        var attention: [RedisClaim.Name: RedisClaim] = [:]
        var nextHolder: UInt32 = 1
    }

    static let holdersMax = 1 << 20

    private let state = Mutex(State())
    private let attentionCount = Atomic(0)
    private let names: RedisNames
    private let namespace: String

    init(names: RedisNames, namespace: String) {
        self.names = names
        self.namespace = namespace
    }

    /// Nil if there are too many holders, or the endpoint has no name.
    func open(_ name: RedisClaim.Name, isConfirmed: Bool) -> HolderID? {
        guard let pod = names.pod(of: name.cache) else { return nil }
        return state.withLock { state in
            guard state.claimOfHolder.count < RedisClaimRegistry.holdersMax else { return nil }
            while state.claimOfHolder[HolderID(rawValue: state.nextHolder)] != nil {
                state.nextHolder &+= 1
            }
            let id = HolderID(rawValue: state.nextHolder)
            state.nextHolder &+= 1
            let claim =
                state.claims[name]
                ?? RedisClaim(
                    name,
                    pod: pod,
                    keyPrefix: names.keyPrefix(of: name.space, in: namespace)
                )
            state.claims[name] = claim
            state.claimOfHolder[id] = claim
            claim.state.withLock {
                $0.holders.append(RedisClaim.Holder(id: id, isConfirmed: isConfirmed))
            }
            review(claim, in: &state)
            return id
        }
    }

    func claim(of holder: HolderID) -> RedisClaim? {
        state.withLock { $0.claimOfHolder[holder] }
    }

    func claim(named name: RedisClaim.Name) -> RedisClaim? {
        state.withLock { $0.claims[name] }
    }

    /// Changes the claim of a holder and the holder itself; nothing if it is not open.
    @discardableResult
    func change(
        _ holder: HolderID,
        _ body: (inout RedisClaim.State, Int) -> Void
    ) -> RedisClaim? {
        state.withLock { state in
            guard let claim = state.claimOfHolder[holder] else { return nil }
            claim.state.withLock { claim in
                guard let place = claim.holders.firstIndex(where: { $0.id == holder }) else {
                    return
                }
                body(&claim, place)
                if !claim.holders.contains(where: { $0.id == holder }) {
                    state.claimOfHolder[holder] = nil
                }
            }
            review(claim, in: &state)
            return claim
        }
    }

    /// To be called after a claim's need of attention may have changed. Forgets a claim without
    /// holders that Redis has no trace of.
    func review(_ claim: RedisClaim) { state.withLock { review(claim, in: &$0) } }

    /// Every claim is to be written anew. If Redis had been written to before, it may also have
    /// gone back to what it was earlier: then removals may be lost, too.
    func loseAll(removals: Bool) {
        state.withLock { state in
            for claim in Array(state.claims.values) {
                claim.state.withLock { claim in
                    claim.isDiverged = true
                    if removals { claim.lose() }
                }
                review(claim, in: &state)
            }
        }
    }

    /// Claims that Redis does not agree with, or that are uncertain; nil if there are none, which
    /// costs one atomic load.
    var needingAttention: [RedisClaim.Name: RedisClaim]? {
        guard attentionCount.load(ordering: .acquiring) > 0 else { return nil }
        return state.withLock { $0.attention }
    }

    private func review(_ claim: RedisClaim, in state: inout State) {
        let (needsAttention, isOver) = claim.state.withLock {
            if $0.holders.isEmpty { $0.isDiverged = false }
            return ($0.needsAttention, $0.holders.isEmpty && !$0.needsAttention)
        }
        state.attention[claim.name] = needsAttention ? claim : nil
        if isOver, state.claims[claim.name] === claim { state.claims[claim.name] = nil }
        attentionCount.store(state.attention.count, ordering: .releasing)
    }
}
