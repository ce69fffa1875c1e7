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
    private let prompts: PromptKeys
    private let index: any KVIndex
    private let profile: SchedulingProfile
    private let pool: TokenizationPool
    private let metrics: RoutingMetrics
    private let tokenizationMetrics: TokenizationMetrics
    private let log: Log
    /// What has been sent and has not ended.
    package let inFlight = InFlightRequests()
    /// Grows with every decision, so that ties go to each endpoint in turn.
    private let rotation = Atomic<UInt64>(0)

    package init(
        endpoints: EndpointStore,
        prompts: PromptKeys,
        index: any KVIndex,
        profile: SchedulingProfile,
        pool: TokenizationPool,
        metrics: RoutingMetrics,
        tokenizationMetrics: TokenizationMetrics,
        log: Log
    ) {
        self.endpoints = endpoints
        self.prompts = prompts
        self.index = index
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
        let reading: Reading
        do {
            let model = ModelHint.model(in: request.body.span)
            reading = try await pool.perform(for: model, since: start) { [self] in
                read(request.body)
            }
        } catch {
            reading = .degraded(.withoutBody, by: error)
        }
        switch reading {
        case .malformed(let error): return fail(error)
        case .read(let inference, let matches):
            return decide(inference, matches, request, since: start)
        case .degraded(let inference, let error):
            // The client must not suffer for it: load alone still gives a good endpoint.
            tokenizationMetrics.degraded(by: error)
            log.debug("routed by load alone", ["request_id": request.id, "reason": "\(error)"])
            return decide(inference, .none, request, since: start)
        }
    }

    /// What a body says.
    private enum Reading: Sendable {
        case malformed(PickError)
        case read(InferenceRequest, PrefixMatches)
        /// Its prompt has no tokens.
        case degraded(InferenceRequest, by: TokenizationError)
    }

    /// From body to matches: what keeps a core busy. Nothing here waits or does I/O.
    private func read(_ body: SharedBytes) -> Reading {
        let parsed: ParsedRequest
        do throws(PickError) { parsed = try ParsedRequest(body) } catch {
            return .malformed(error)
        }
        do throws(TokenizationError) {
            let keys = try prompts.keys(of: parsed)
            return .read(parsed.request, index.longestPrefixes(of: keys.span))
        } catch {
            return .degraded(parsed.request, by: error)
        }
    }

    /// From matches to endpoint. Nothing here waits or does I/O.
    private func decide(
        _ request: InferenceRequest,
        _ matches: PrefixMatches,
        _ gateway: GatewayRequest,
        since start: ContinuousClock.Instant
    ) -> Result<RoutedRequest, PickError> {
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
    fileprivate static let withoutBody = InferenceRequest(model: "", prompt: .none)
}
