import Bytes
package import Discovery
package import Domain
package import FlowControl
package import KVIndexer
import Scheduling
import Synchronization
package import Telemetry
package import Tokenization

/// The path of every request, from its headers and body to its endpoint.
///
/// Thread safety: any task may call `route`. What takes time runs on the pool's threads; the
/// endpoint is picked and taken in one step.
package final class RequestRouter: RequestRouting {
    /// What the router asks and tells. Each lives as long as the process.
    package struct Surroundings: Sendable {
        package var endpoints: EndpointStore
        package var ledger: EndpointLedger
        package var prompts: PromptTokenizer
        package var lookup: PromptLookup
        /// Credits picked endpoints with the blocks that they will hold. Nil: nobody does.
        package var expected: ExpectedBlocks?
        /// Asked for the tokens that they alone know. Nil: such requests have none.
        package var engines: RemoteTokenizer?
        /// Whether chats go to the engine together with their tokens.
        package var injectsTokenIDs = false
        package var pool: TokenizationPool
        package var admission: Admission
        package var adapters: AdapterRegistry
        package var announcing: AnnouncingEndpoints
        package var metrics: RoutingMetrics
        package var tokenizationMetrics: TokenizationMetrics
        package var log: Log

        package init(
            endpoints: EndpointStore,
            ledger: EndpointLedger,
            prompts: PromptTokenizer,
            lookup: PromptLookup,
            pool: TokenizationPool,
            admission: Admission,
            adapters: AdapterRegistry,
            announcing: AnnouncingEndpoints,
            metrics: RoutingMetrics,
            tokenizationMetrics: TokenizationMetrics,
            log: Log
        ) {
            self.endpoints = endpoints
            self.ledger = ledger
            self.prompts = prompts
            self.lookup = lookup
            self.pool = pool
            self.admission = admission
            self.adapters = adapters
            self.announcing = announcing
            self.metrics = metrics
            self.tokenizationMetrics = tokenizationMetrics
            self.log = log
        }
    }

    let house: Surroundings
    private let bodies: BodyReader
    private let plans: Mutex<Plans>

    private struct Plans {
        var current: RoutingPlan
        /// The latest one that wanted other headers: requests whose headers were kept for it may
        /// still be on their way.
        var other: RoutingPlan?
    }

    package init(_ surroundings: Surroundings, plan: RoutingPlan) {
        house = surroundings
        bodies = BodyReader(
            prompts: surroundings.prompts,
            lookup: surroundings.lookup,
            engines: surroundings.engines,
            injectsTokenIDs: surroundings.injectsTokenIDs
        )
        plans = Mutex(Plans(current: plan))
    }

    package var plan: RoutingPlan { plans.withLock(\.current) }

    /// From the next request on. Those under way go on as they began.
    package func follow(_ plan: RoutingPlan) {
        plans.withLock { plans in
            if plan.wantedHeaders != plans.current.wantedHeaders { plans.other = plans.current }
            plans.current = plan
        }
    }

    package var wantedHeaders: HeaderSelection { plan.wantedHeaders }

    /// The plan that looks at the headers that were kept, as far as there is one.
    private func plan(wanting headers: HeaderSelection?) -> RoutingPlan {
        plans.withLock { plans in
            guard let headers, headers != plans.current.wantedHeaders,
                let other = plans.other, headers == other.wantedHeaders
            else { return plans.current }
            return other
        }
    }

    package func route(_ request: GatewayRequest) async -> Result<RoutedRequest, PickError> {
        let start = ContinuousClock.now
        let plan = plan(wanting: request.headerSelection)
        var traits = plan.traits.request(request.headers)
        traits.promptTokens = request.body.count / InferenceRequest.bytesPerToken
        do throws(PickError) {
            let permit = try await house.admission.admit(traits, bytes: request.body.count)
            let pending = PendingRequest(
                gateway: request,
                plan: plan,
                start: start,
                lookupBegan: house.ledger.lookupBegins()
            )
            let result = await result(of: pending, traits)
            permit.giveBack()
            return .success(try result.get())
        } catch {
            house.metrics.failed(error)
            return .failure(error)
        }
    }

    private func result(
        of pending: PendingRequest,
        _ traits: InferenceRequest
    ) async -> Result<RoutedRequest, PickError> {
        do throws(PickError) {
            return .success(try await route(pending, traits))
        } catch {
            return .failure(error)
        }
    }

    private func route(
        _ pending: PendingRequest,
        _ traits: InferenceRequest
    ) async throws(PickError) -> RoutedRequest {
        // A request without a body has no prompt: nothing in it is worth a thread's time.
        guard pending.gateway.body.count > 0 else { return try decide(pending, traits, .none) }
        let reading = await read(pending, traits)
        // Nobody is there to be answered: an endpoint must not be busy for it.
        if Task.isCancelled { throw .cancelled }
        switch reading {
        case .malformed(let error): throw error
        case .read(let inference, let prompt, let replacement):
            let routed = try decide(pending, inference, prompt)
            return replacement.map { routed.replacingBody($0) } ?? routed
        case .degraded(let inference, let prompt, let error):
            // The client must not suffer for it: load alone still gives a good endpoint.
            house.tokenizationMetrics.degraded(by: error)
            house.log.debug(
                "routed by load alone",
                ["request_id": pending.gateway.id, "reason": "\(error)"]
            )
            return try decide(pending, inference, prompt)
        }
    }

    /// On the pool, and then from an engine if only that knows the tokens.
    private func read(_ pending: PendingRequest, _ traits: InferenceRequest) async -> BodyReading {
        let request = pending.gateway
        let approximate = pending.plan.approximate
        let model = ModelHint.model(in: request.body.span)
        do {
            let step = try await house.pool.perform(for: model, since: pending.start) {
                [bodies] in
                bodies.read(request, traits, approximate: approximate)
            }
            switch step {
            case .done(let reading): return reading
            case .askEngine(let parsed, let model):
                return await bodies.read(
                    parsed,
                    request.body,
                    traits,
                    approximate: approximate,
                    askingEnginesOf: model
                )
            }
        } catch {
            var unread = traits
            unread.model = model
            unread.promptBytes = request.body.count
            return .degraded(unread, .none, by: error)
        }
    }
}

/// One request between its headers and its endpoint.
struct PendingRequest: Sendable {
    let gateway: GatewayRequest
    let plan: RoutingPlan
    let start: ContinuousClock.Instant
    /// Picks since then have credited their endpoints too late for the lookup.
    let lookupBegan: LookupNumber
}
