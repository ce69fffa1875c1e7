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
    /// How old reports get between two looks at an engine: those are not stale. Nil: not known.
    let reportAgeMax: Duration?
    /// By position. Empty: every endpoint serves requests from start to end.
    private let stages: [Stage?]

    /// A pool whose endpoints serve requests from start to end.
    package init(_ loads: [EndpointLoad], reportAgeMax: Duration? = nil) {
        self.loads = loads
        self.reportAgeMax = reportAgeMax
        stages = []
    }

    /// - Parameters:
    ///   - loads: by position in `snapshot`.
    ///   - reportAgeMax: a younger report is fresh, whatever a detector says: give more than twice
    ///     the longest interval between two. Nil: what the detector says counts.
    package init(
        _ loads: [EndpointLoad],
        in snapshot: EndpointSnapshot,
        reportAgeMax: Duration? = nil
    ) {
        self.loads = loads
        self.reportAgeMax = reportAgeMax
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
