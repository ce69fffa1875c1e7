import Bytes
package import Discovery
package import Domain
package import KVIndexer
package import Scheduling
import Synchronization
package import Telemetry
package import Tokenizer

/// The path of every request, from its body to its endpoint.
///
/// Thread safety: any task may call `route`. The work runs on the pool's threads; what it needs
/// is read as a whole at its start, and the endpoint is picked and taken in one step.
package final class RequestRouter: RequestRouting {
    private let endpoints: EndpointStore
    private let prompts: PromptKeys
    private let index: any KVIndex
    private let profile: SchedulingProfile
    private let pool: WorkerPool
    private let metrics: RoutingMetrics
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
        pool: WorkerPool,
        metrics: RoutingMetrics,
        log: Log
    ) {
        self.endpoints = endpoints
        self.prompts = prompts
        self.index = index
        self.profile = profile
        self.pool = pool
        self.metrics = metrics
        self.log = log
    }

    package func route(_ request: GatewayRequest) async -> Result<RoutedRequest, PickError> {
        let start = ContinuousClock.now
        // A request without a body has no prompt: nothing in it is worth a thread's time.
        guard request.body.count > 0 else { return decide(.withoutBody, request, since: start) }
        do {
            return try await pool.perform { [self] in
                let parsed: InferenceRequest
                do throws(PickError) {
                    parsed = try RequestParser.parse(request.body)
                } catch {
                    return fail(error)
                }
                return decide(parsed, request, since: start)
            }
        } catch {
            // The client must not suffer for it: load alone still gives a good endpoint.
            metrics.routedWithoutPrompt()
            return decide(.withoutBody, request, since: start)
        }
    }

    /// From prompt to endpoint. Nothing here waits or does I/O.
    private func decide(
        _ request: InferenceRequest,
        _ gateway: GatewayRequest,
        since start: ContinuousClock.Instant
    ) -> Result<RoutedRequest, PickError> {
        let keys = prompts.keys(of: request)
        let matches = index.longestPrefixes(of: keys.span)
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
