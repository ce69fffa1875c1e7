import Domain
import KVIndexer
import Scheduling

extension RequestRouter {
    /// From what is known of a request to its endpoint. Nothing here waits or does I/O.
    func decide(
        _ pending: PendingRequest,
        _ request: InferenceRequest,
        _ prompt: CachedPrompt
    ) throws(PickError) -> RoutedRequest {
        let (plan, snapshot) = (pending.plan, house.endpoints.snapshot)
        let session = plan.sessions.session(of: request, in: snapshot)
        var context = SchedulingContext(request: request, snapshot: snapshot)
        context.matches = prompt.matches
        context.blockTokens = prompt.blocks.blockSize.tokenCount
        context.announcing = house.announcing.flags(in: snapshot)
        context.adapter = house.adapters.places(of: request.model)
        context.sessions = session.hints
        context.subsetHint = pending.gateway.subsetHint
        if let approximate = plan.approximate, let sent = prompt.approximate {
            context.approximateMatches = approximate.matches(of: sent)
            context.approximateBlockTokens = sent.blockTokens
        }
        house.metrics.lookedUp(prompt.matches)

        let (decision, lease) = try house.ledger.reserve(
            context,
            blocks: prompt.blocks,
            lookupBegan: pending.lookupBegan,
            by: plan.scheduler
        )
        remember(decision, lease, prompt, request, session, plan)
        house.metrics.routed(request, to: decision, in: .now - pending.start)
        log(decision, of: pending.gateway, request)
        return RoutedRequest(
            decision: decision,
            responseHeaders: plan.sessions.responseHeaders(for: decision, of: session),
            observer: lease,
            observesBody: request.isStreamed
        )
    }

    /// Whoever computes a prompt holds its blocks from now on, as far as is known; in the end, so
    /// does whoever generates from it.
    private func remember(
        _ decision: RoutingDecision,
        _ lease: EndpointLease,
        _ prompt: CachedPrompt,
        _ request: InferenceRequest,
        _ session: RequestSession,
        _ plan: RoutingPlan
    ) {
        let endpoints = [decision.endpoint.id] + (decision.prefill.map { [$0.endpoint.id] } ?? [])
        if let expected = house.expected {
            for endpoint in endpoints { expected.credit(prompt, at: endpoint) }
            house.ledger.credited(lease)
        }
        if let approximate = plan.approximate, let sent = prompt.approximate {
            for endpoint in endpoints { approximate.record(sent, at: endpoint) }
        }
        plan.sessions.picked(decision, for: session)
    }

    private func log(
        _ decision: RoutingDecision,
        of gateway: GatewayRequest,
        _ request: InferenceRequest
    ) {
        house.log.debug(
            "routed",
            [
                "request_id": gateway.id, "model": request.model,
                "endpoint": decision.endpoint.name,
                "prefill": decision.prefill?.endpoint.name ?? "",
                "matched_blocks": "\(decision.matchedBlocks)",
                "blocks": "\(decision.blockCount)",
            ]
        )
    }
}
