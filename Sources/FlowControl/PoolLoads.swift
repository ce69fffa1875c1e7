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

    let loads: [EndpointLoad]
    /// By position. Empty: every endpoint serves requests from start to end.
    private let stages: [Stage?]

    /// A pool whose endpoints serve requests from start to end.
    package init(_ loads: [EndpointLoad]) {
        self.loads = loads
        stages = []
    }

    /// - Parameter loads: by position in `snapshot`.
    package init(_ loads: [EndpointLoad], in snapshot: EndpointSnapshot) {
        self.loads = loads
        let isWhole = snapshot.endpoints.indices.allSatisfy { position in
            snapshot.endpoints[position].role.serves(.decode)
        }
        stages = isWhole ? [] : snapshot.endpoints.map { Self.stage(of: $0.role) }
    }

    func isEmpty(in stage: Stage) -> Bool {
        stages.isEmpty ? stage != .decode || loads.isEmpty : !stages.contains(stage)
    }

    func contains(_ position: Int, in stage: Stage) -> Bool {
        stages.isEmpty || (position < stages.count && stages[position] == stage)
    }

    private static func stage(of role: EndpointRole) -> Stage? {
        if role.serves(.decode) { return .decode }
        return role.serves(.prefill) ? .prefill : nil
    }
}

extension EndpointLoad {
    /// Requests that this picker has sent there, whose part in the stage has not ended. Where
    /// prompts only are computed, a request is done with its prompt, however long it is counted as
    /// in flight there.
    func requests(in stage: PoolLoads.Stage) -> Int {
        switch stage {
        case .decode: max(0, Int(inFlightRequests))
        case .prefill: max(0, Int(prefillingRequests))
        }
    }

    /// The tokens of these requests.
    func tokens(in stage: PoolLoads.Stage) -> Int {
        switch stage {
        case .decode: max(0, inFlightTokens)
        case .prefill: max(0, prefillingTokens)
        }
    }
}
