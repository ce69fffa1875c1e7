import Domain
import Synchronization

/// Every claim, by identity, name and holder.
///
/// Thread safety: any thread may use it. Its lock is taken before a claim's, never after.
final class RedisClaimRegistry: Sendable {
    private struct State {
        var claims: [RedisClaim.Identity: RedisClaim] = [:]
        var claimOfName: [RedisClaim.Name: RedisClaim] = [:]
        var claimOfHolder: [HolderID: RedisClaim] = [:]
        /// Claims for which Redis was or will be swept of what earlier processes left.
        var swept: Set<RedisClaim.Identity> = []
        var attention: [RedisClaim.Name: RedisClaim] = [:]
        var nextHolder: UInt32 = 1
    }

    static let holdersMax = 1 << 20
    /// Beyond that, all are swept once more.
    private static let sweptMax = 1 << 16

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
            let claim = state.claimOfName[name] ?? claim(named: name, pod: pod, in: &state)
            state.claimOfHolder[id] = claim
            claim.state.withLock {
                let holder = RedisClaim.Holder(id: id, name: name, isConfirmed: isConfirmed)
                $0.holders.append(holder)
            }
            review(claim, in: &state)
            return id
        }
    }

    /// Names the claim that writes what is said under this name, which may be a new one.
    private func claim(
        named name: RedisClaim.Name,
        pod: String,
        in state: inout State
    ) -> RedisClaim {
        let identity = RedisClaim.Identity(
            pod: pod,
            keyPrefix: names.keyPrefix(of: name.space, in: namespace),
            isExpected: name.isExpected
        )
        let claim = state.claims[identity] ?? newClaim(identity, in: &state)
        state.claimOfName[name] = claim
        claim.state.withLock { claim in
            if !claim.names.contains(name) { claim.names.append(name) }
        }
        return claim
    }

    /// What is expected is forgotten with the process that expected it: only a sweep finds what
    /// one before us has left.
    private func newClaim(_ identity: RedisClaim.Identity, in state: inout State) -> RedisClaim {
        let claim = RedisClaim(identity)
        state.claims[identity] = claim
        if identity.isExpected { claim.state.withLock { sweepOnce(claim, &$0, in: &state) } }
        return claim
    }

    private func sweepOnce(
        _ claim: RedisClaim,
        _ claimState: inout RedisClaim.State,
        in state: inout State
    ) {
        if state.swept.count >= RedisClaimRegistry.sweptMax { state.swept = [] }
        if state.swept.insert(claim.identity).inserted { claimState.lostRemovals += 1 }
    }

    func claim(of holder: HolderID) -> RedisClaim? {
        state.withLock { $0.claimOfHolder[holder] }
    }

    func claim(named name: RedisClaim.Name) -> RedisClaim? {
        state.withLock { $0.claimOfName[name] }
    }

    /// Changes the claim of a holder and the holder itself; nothing if it is not open.
    ///
    /// When the last holder of a claim is closed and was certain, the engine has nothing any more,
    /// not even what an earlier process wrote.
    @discardableResult
    func change(
        _ holder: HolderID,
        _ body: (inout RedisClaim.State, Int) -> Void
    ) -> RedisClaim? {
        state.withLock { state in
            guard let claim = state.claimOfHolder[holder] else { return nil }
            claim.state.withLock { claimState in
                guard let place = claimState.holders.firstIndex(where: { $0.id == holder }) else {
                    return
                }
                let wasConfirmed = claimState.holders[place].isConfirmed
                body(&claimState, place)
                guard !claimState.holders.contains(where: { $0.id == holder }) else { return }
                state.claimOfHolder[holder] = nil
                if claimState.holders.isEmpty, wasConfirmed {
                    sweepOnce(claim, &claimState, in: &state)
                }
            }
            review(claim, in: &state)
            return claim
        }
    }

    /// To be called after a claim's need of attention may have changed. Forgets a claim without
    /// holders that Redis has no trace of.
    func review(_ claim: RedisClaim) { state.withLock { review(claim, in: &$0) } }

    /// Redis may miss any change of the claim up to now, even if the claim was forgotten since:
    /// whichever claim is in its place makes up for it.
    func lose(_ claim: RedisClaim) {
        state.withLock { state in
            let current = state.claims[claim.identity] ?? claim
            state.claims[claim.identity] = current
            current.state.withLock { $0.lose() }
            review(current, in: &state)
        }
    }

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
        guard state.claims[claim.identity] === claim else { return }  // forgotten
        let (names, needsAttention, isOver, unused) = claim.state.withLock { claim in
            if claim.holders.isEmpty { claim.isDiverged = false }
            let (names, needsAttention) = (claim.names, claim.needsAttention)
            let isOver = claim.holders.isEmpty && !needsAttention
            let unused = isOver ? names : needsAttention ? [] : claim.dropUnusedNames()
            return (names, needsAttention, isOver, unused)
        }
        for name in names where needsAttention || state.attention[name] === claim {
            state.attention[name] = needsAttention ? claim : nil
        }
        for name in unused where state.claimOfName[name] === claim {
            state.claimOfName[name] = nil
        }
        if isOver { state.claims[claim.identity] = nil }
        attentionCount.store(state.attention.count, ordering: .releasing)
    }
}
