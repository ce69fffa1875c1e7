package import Domain

/// What the endpoints of a pool have to do, as of one instant.
///
/// A pool whose prompts are computed by endpoints of their own has two stages, and the fuller one
/// counts: an average over both would hide that one of them is full while the other idles.
package struct PoolLoads: Sendable {
    package enum Stage: String, CaseIterable, Sendable {
        /// Generates tokens, and may compute prompts too. Without it no request is served.
        case decode
        /// Only computes prompts.
        case prefill
    }

    private let loads: [EndpointLoad]
    private let snapshot: EndpointSnapshot?

    /// A pool whose endpoints serve requests from start to end.
    package init(_ loads: [EndpointLoad]) {
        self.loads = loads
        snapshot = nil
    }

    /// - Parameter loads: by position in `snapshot`.
    package init(_ loads: [EndpointLoad], in snapshot: EndpointSnapshot) {
        self.loads = loads
        self.snapshot = snapshot
    }

    /// Calls `body` with each endpoint of a stage. Allocates nothing.
    func forEach(in stage: Stage, _ body: (StageLoad) -> Void) {
        for position in loads.indices where self.stage(of: position) == stage {
            body(StageLoad(loads[position], in: stage))
        }
    }

    private func stage(of position: Int) -> Stage? {
        guard let snapshot, position < snapshot.endpoints.count else { return .decode }
        let role = snapshot.endpoints[position].role
        if role.serves(.decode) { return .decode }
        return role.serves(.prefill) ? .prefill : nil
    }
}

/// What one endpoint has to do in its stage.
struct StageLoad {
    let report: EngineReport
    /// Requests that this picker has sent there, whose part in the stage has not ended.
    let requests: Int
    let tokens: Int

    /// Where prompts only are computed, a request is done with its prompt, however long it is
    /// counted as in flight there.
    init(_ load: EndpointLoad, in stage: PoolLoads.Stage) {
        report = load.report
        switch stage {
        case .decode:
            requests = max(0, Int(load.inFlightRequests))
            tokens = max(0, load.inFlightTokens)
        case .prefill:
            requests = max(0, Int(load.prefillingRequests))
            tokens = max(0, load.prefillingTokens)
        }
    }
}
