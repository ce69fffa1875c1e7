package import HTTP
import Synchronization
package import Telemetry

/// Gets the tokens of a request from an engine that offers `/tokenize` or `/render`, for models
/// that cannot be tokenized here.
///
/// Thread safety: may be used from any task.
///
/// Every request ends within `Config.deadline`. An engine that fails is soon not asked any more
/// (`CircuitBreaker`), and no engine has more than `requestsPerEngineMax` requests to answer: a
/// saturated one costs the rest of the traffic nothing.
package final class RemoteTokenizer: Sendable {
    package struct Config: Equatable, Sendable {
        package var api = RemoteAPI.render
        /// The whole time that a request may take, a second attempt included. A request that
        /// needs longer is better routed without tokens.
        package var deadline = Duration.milliseconds(300)
        package var responseBytesMax = 32 << 20
        package var tokensMax = 2 << 20
        /// Under way at one engine; its tokenizer works on one or a few at a time.
        package var requestsPerEngineMax = 32
        package var breaker = CircuitBreaker.Config()
        /// Sent as a bearer token, to engines that run with `--api-key`.
        package var apiKey: String?

        package init() {}
    }

    private let config: Config
    private let client: HTTPClient
    private let metrics: RemoteTokenizerMetrics
    private let log: Log
    private let rotation: Mutex<EngineRotation>

    package init(
        _ config: Config,
        client: HTTPClient,
        metrics: RemoteTokenizerMetrics,
        log: Log
    ) {
        self.config = config
        self.client = client
        self.metrics = metrics
        self.log = log
        rotation = Mutex(
            EngineRotation(config.breaker, requestsPerEngineMax: config.requestsPerEngineMax)
        )
    }

    /// The engines to ask from now on, as `http://host:port`.
    package func setEngines(_ urls: [String]) {
        let openCount = rotation.withLock { rotation in
            rotation.replace(with: urls)
            return rotation.openCount
        }
        metrics.openCircuits.set(Int64(openCount))
    }

    /// The tokens of a client's request, from the next engine that is fit to be asked; from
    /// another one if the first cannot be reached.
    ///
    /// - Parameter model: the model as the engine knows it; replaces another name in the body,
    ///   such as that of a LoRA adapter, whose prompts are those of its base model.
    /// - Throws: `full` if no engine may be asked, `late` after the deadline, `unrenderable` if
    ///   the engine refuses the request, `noTokenizer` if engines fail to answer.
    package func tokens(
        of body: [UInt8],
        as form: RequestForm,
        model: String
    ) async throws(TokenizationError) -> RemoteTokens {
        let request = try RemoteRequest(body, as: form, to: config.api, model: model)
        let start = ContinuousClock.now
        var excluded: String?
        for isLastAttempt in [false, true] {
            let ticket = rotation.withLock { $0.take(at: .now, excluding: excluded) }
            guard let ticket else { break }
            let attempt = await ask(ticket, request, form, from: start)
            finish(ticket, attempt)
            switch attempt {
            case .answered(let tokens):
                metrics.seconds.record((ContinuousClock.now - start) / .seconds(1))
                return tokens
            case .unreachable where !isLastAttempt: excluded = ticket.url
            case .unreachable, .failed, .malformed, .cancelled:
                throw .noTokenizer(model: model)
            case .late: throw .late
            case .refused(let reason): throw .unrenderable(reason: reason)
            }
        }
        metrics.notAsked.add()
        throw .full
    }
}

// MARK: One attempt

extension RemoteTokenizer {
    private enum Attempt {
        case answered(RemoteTokens)
        /// The engine is well and does not take this request.
        case refused(reason: String)
        case late
        case unreachable(reason: String)
        case failed(reason: String)
        case malformed(reason: String)
        case cancelled

        var outcome: CircuitBreaker.Outcome {
            switch self {
            case .answered, .refused: .success
            case .late, .unreachable, .failed, .malformed: .failure
            case .cancelled: .abandoned
            }
        }
    }

    private func ask(
        _ ticket: EngineRotation.Ticket,
        _ request: RemoteRequest,
        _ form: RequestForm,
        from start: ContinuousClock.Instant
    ) async -> Attempt {
        let timeLeft = config.deadline - (ContinuousClock.now - start)
        guard timeLeft > .zero else { return .late }
        var message = HTTPClient.Request(
            "POST",
            ticket.url + request.path,
            headers: ["content-type": "application/json"],
            body: request.body,
            deadline: timeLeft
        )
        if let key = config.apiKey { message.headers.append("authorization", "Bearer \(key)") }
        message.bodyBytesMax = config.responseBytesMax
        do {
            let response: HTTPClient.Response = try await client.send(message)
            return attempt(response, form)
        } catch {
            switch error {
            case .deadlineExceeded: return .late
            case .cancelled: return .cancelled
            case .cannotConnect(let reason): return .unreachable(reason: reason)
            default: return .failed(reason: "\(error)")
            }
        }
    }

    private func attempt(_ response: HTTPClient.Response, _ form: RequestForm) -> Attempt {
        switch response.status {
        case 200:
            do {
                return .answered(
                    try RemoteAnswer.tokens(
                        in: response.body,
                        from: config.api,
                        form,
                        tokensMax: config.tokensMax
                    )
                )
            } catch {
                return .malformed(reason: error.reason)
            }
        case 400, 413, 422: return .refused(reason: "the engine answers \(response.status)")
        // Also 403 and 404: the endpoint is switched off, and will be for every request.
        default: return .failed(reason: "the engine answers \(response.status)")
        }
    }

    private func finish(_ ticket: EngineRotation.Ticket, _ attempt: Attempt) {
        count(attempt)
        let (change, openCount) = rotation.withLock { rotation in
            let change = rotation.give(
                back: ticket,
                attempt.outcome,
                at: .now,
                chance: Double.random(in: 0..<1)
            )
            return (change, rotation.openCount)
        }
        guard let change else { return }
        metrics.openCircuits.set(Int64(openCount))
        switch change {
        case .opened(let time):
            log.warning(
                "an engine is not asked for tokens for a while",
                ["engine": ticket.url, "for": "\(time)", "last": "\(attempt)"]
            )
        case .closed: log.info("an engine is asked for tokens again", ["engine": ticket.url])
        }
    }

    private func count(_ attempt: Attempt) {
        switch attempt {
        case .answered: metrics.answered.add()
        case .refused: metrics.refused.add()
        case .late: metrics.late.add()
        case .unreachable, .failed: metrics.failed.add()
        case .malformed: metrics.malformed.add()
        case .cancelled: metrics.cancelled.add()
        }
    }
}
