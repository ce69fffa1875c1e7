import Bytes
package import Discovery
package import Domain
package import KVIndexer
package import Scheduling
import Synchronization
package import Telemetry
package import Tokenization

/// The path of every request, from its body to its endpoint.
///
/// Thread safety: any task may call `route`. What takes time runs on the pool's threads; the
/// endpoint is picked and taken in one step.
package final class RequestRouter: RequestRouting {
    private let endpoints: EndpointStore
    private let bodies: BodyReader
    private let expected: ExpectedBlocks?
    private let profile: SchedulingProfile
    private let pool: TokenizationPool
    private let metrics: RoutingMetrics
    private let tokenizationMetrics: TokenizationMetrics
    private let log: Log
    /// What has been sent and has not ended.
    package let inFlight = InFlightRequests()
    /// Grows with every decision, so that ties go to each endpoint in turn.
    private let rotation = Atomic<UInt64>(0)

    /// - Parameters:
    ///   - expected: credits picked endpoints with the blocks that they will hold. Nil: nobody does.
    ///   - engines: asked for the tokens that they alone know. Nil: such requests have none.
    ///   - injectsTokenIDs: whether chats go to the engine together with their tokens.
    package init(
        endpoints: EndpointStore,
        prompts: PromptTokenizer,
        lookup: PromptLookup,
        expected: ExpectedBlocks? = nil,
        engines: RemoteTokenizer? = nil,
        injectsTokenIDs: Bool = false,
        profile: SchedulingProfile,
        pool: TokenizationPool,
        metrics: RoutingMetrics,
        tokenizationMetrics: TokenizationMetrics,
        log: Log
    ) {
        self.endpoints = endpoints
        bodies = BodyReader(
            prompts: prompts,
            lookup: lookup,
            engines: engines,
            injectsTokenIDs: injectsTokenIDs
        )
        self.expected = expected
        self.profile = profile
        self.pool = pool
        self.metrics = metrics
        self.tokenizationMetrics = tokenizationMetrics
        self.log = log
    }

    package func route(_ request: GatewayRequest) async -> Result<RoutedRequest, PickError> {
        let start = ContinuousClock.now
        // A request without a body has no prompt: nothing in it is worth a thread's time.
        guard request.body.count > 0 else {
            return decide(.withoutBody, .none, request, since: start)
        }
        switch await read(request, since: start) {
        case .malformed(let error): return fail(error)
        case .read(let inference, let prompt, let replacement):
            let routed = decide(inference, prompt, request, since: start)
            guard let replacement else { return routed }
            return routed.map { $0.replacingBody(replacement) }
        case .degraded(let inference, let error):
            // The client must not suffer for it: load alone still gives a good endpoint.
            tokenizationMetrics.degraded(by: error)
            log.debug("routed by load alone", ["request_id": request.id, "reason": "\(error)"])
            return decide(inference, .none, request, since: start)
        }
    }

    /// On the pool, and then from an engine if only that knows the tokens.
    private func read(
        _ request: GatewayRequest,
        since start: ContinuousClock.Instant
    ) async -> BodyReading {
        do {
            let model = ModelHint.model(in: request.body.span)
            let step = try await pool.perform(for: model, since: start) { [bodies] in
                bodies.read(request)
            }
            switch step {
            case .done(let reading): return reading
            case .askEngine(let parsed, let model):
                return await bodies.read(parsed, request.body, askingEnginesOf: model)
            }
        } catch {
            return .degraded(.withoutBody, by: error)
        }
    }

    /// From matches to endpoint. Nothing here waits or does I/O.
    private func decide(
        _ request: InferenceRequest,
        _ prompt: CachedPrompt,
        _ gateway: GatewayRequest,
        since start: ContinuousClock.Instant
    ) -> Result<RoutedRequest, PickError> {
        let matches = prompt.matches
        metrics.lookedUp(matches)
        let snapshot = endpoints.snapshot
        do throws(PickError) {
            let routed = try inFlight.reserving { inFlight throws(PickError) in
                try profile.run(
                    in: SchedulingContext(
                        request: request,
                        snapshot: snapshot,
                        matches: matches,
                        inFlight: inFlight,
                        subsetHint: gateway.subsetHint,
                        rotation: rotation.wrappingAdd(1, ordering: .relaxed).newValue
                    )
                )
            }
            metrics.routed(request, to: routed.decision, in: .now - start)
            expected?.credit(prompt, at: routed.decision.endpoint)
            log.debug(
                "routed",
                [
                    "request_id": gateway.id, "model": request.model,
                    "endpoint": routed.decision.endpoint.name,
                    "matched_blocks": "\(routed.decision.matchedBlocks)",
                    "blocks": "\(routed.decision.blockCount)",
                ]
            )
            return .success(routed)
        } catch {
            return fail(error)
        }
    }

    private func fail(_ error: PickError) -> Result<RoutedRequest, PickError> {
        metrics.failed(error)
        return .failure(error)
    }
}

extension InferenceRequest {
    fileprivate static let withoutBody = InferenceRequest(model: "")
}
