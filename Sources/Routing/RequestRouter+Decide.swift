import Discovery
import Domain
import KVIndexer
import Scheduling
import Telemetry

/// What is known of one request when its endpoint is picked.
struct RequestFacts: Sendable {
    let gateway: GatewayRequest
    let request: InferenceRequest
    let prompt: CachedPrompt
    let snapshot: EndpointSnapshot
    let session: RequestSession
    /// By position in the snapshot.
    let announcing: [Bool]
    let adapter: AdapterPlaces?

    func context(
        _ loads: [EndpointLoad],
        _ demand: ReservationDemand,
        number: UInt64,
        at now: ContinuousClock.Instant
    ) -> SchedulingContext {
        var context = SchedulingContext(
            request: request,
            snapshot: snapshot,
            loads: loads,
            now: now
        )
        context.matches = demand.precise.matches
        context.blockTokens = prompt.blocks.blockSize.tokenCount
        context.approximateMatches = demand.approximate.matches
        context.approximateBlockTokens = prompt.approximate?.blockTokens ?? 1
        context.announcing = announcing
        context.adapter = adapter
        context.sessions = session.hints
        context.subsetHint = gateway.subsetHint
        context.rotation = number
        return context
    }
}

extension RequestRouter {
    /// From what is known of a request to its endpoint. Nothing here waits or does I/O.
    func decide(
        _ pending: PendingRequest,
        _ request: InferenceRequest,
        _ prompt: CachedPrompt
    ) throws(PickError) -> RoutedRequest {
        let plan = pending.plan
        let now = ContinuousClock.now
        let snapshot = house.endpoints.snapshot
        let facts = RequestFacts(
            gateway: pending.gateway,
            request: request,
            prompt: prompt,
            snapshot: snapshot,
            session: plan.sessions.session(of: request, in: snapshot, at: now),
            announcing: house.announcing.flags(in: snapshot),
            adapter: house.adapters.places(of: request.model)
        )
        plan.approximate?.follow(snapshot)
        house.metrics.lookedUp(prompt.matches)
        var demand = demand(of: facts, pending)
        let (decision, lease) = try house.ledger.reserve(&demand, in: snapshot, at: now) {
            (loads, demand, number, scratch) throws(PickError) in
            let context = facts.context(loads, demand, number: number, at: now)
            return try plan.scheduler.schedule(in: context, using: &scratch)
        }
        let observer = remember(decision, lease, facts, plan, at: now)
        house.metrics.routed(request, to: decision, in: .now - pending.start)
        log(decision, of: facts)
        return RoutedRequest(
            decision: decision,
            responseHeaders: plan.sessions.responseHeaders(for: decision, of: facts.session),
            observer: observer
        )
    }

    private func demand(of facts: RequestFacts, _ pending: PendingRequest) -> ReservationDemand {
        var demand = ReservationDemand()
        demand.promptTokens = facts.request.promptTokens
        let ratio = pending.plan.outputTokensPerPromptToken
        demand.outputTokens = Int(ratio * Double(facts.request.promptTokens))
        demand.precise.matches = facts.prompt.matches
        if house.expected != nil { demand.precise.blocks = facts.prompt.blocks }
        if let approximate = pending.plan.approximate, let sent = facts.prompt.approximate {
            demand.approximate.blocks = sent.promptBlocks
            demand.approximate.matches = approximate.matches(of: sent)
        }
        demand.lookup = pending.lookupBegan
        demand.seesFirstToken = facts.request.isStreamed && facts.gateway.seesResponseBody
        demand.teachesRate = facts.prompt.isKnown && facts.gateway.generates
        return demand
    }

    /// Whoever computes a prompt holds its blocks from now on, as far as is known; and so does
    /// whoever generates from it.
    ///
    /// - Returns: who is to be told what becomes of the request.
    private func remember(
        _ decision: RoutingDecision,
        _ lease: EndpointLease,
        _ facts: RequestFacts,
        _ plan: RoutingPlan,
        at now: ContinuousClock.Instant
    ) -> any ResponseObserver {
        var credits = credit(facts.prompt, at: decision.endpoint.id, decision.rank, plan)
        if let prefill = decision.prefill {
            credits += credit(facts.prompt, at: prefill.endpoint.id, prefill.rank, plan)
        }
        house.ledger.credited(lease)
        plan.sessions.picked(decision, for: facts.session, at: now)
        guard let expected = house.expected, !credits.isEmpty else { return lease }
        return CreditedLease(lease, credits, in: expected)
    }

    private func credit(
        _ prompt: CachedPrompt,
        at endpoint: EndpointID,
        _ rank: Int?,
        _ plan: RoutingPlan
    ) -> [ExpectedBlocks.CreditID] {
        if let sent = prompt.approximate { plan.approximate?.record(sent, at: endpoint) }
        return house.expected?.credit(prompt, at: endpoint, rank: rank) ?? []
    }

    private func log(_ decision: RoutingDecision, of facts: RequestFacts) {
        house.log.debug(
            "routed",
            [
                "request_id": facts.gateway.id, "model": facts.request.model,
                "endpoint": decision.endpoint.name,
                "prefill": decision.prefill?.endpoint.name ?? "",
                "matched_blocks": "\(decision.matchedBlocks)",
                "blocks": "\(decision.blockCount)",
                "uncached_tokens": "\(decision.uncachedTokens)",
            ]
        )
    }
}
