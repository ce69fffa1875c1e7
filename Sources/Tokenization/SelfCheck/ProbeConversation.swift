import Domain
import HTTP

/// What an engine said to one probe.
enum ProbeAnswer: Equatable, Sendable {
    case tokens([TokenID])
    case refused
    case missing
}

/// Puts probes to one engine's `/tokenize`, a few at a time.
struct ProbeConversation: Sendable {
    let url: String
    let model: String
    let client: HTTPClient
    let concurrency: Int
    let requestDeadline: Duration
    let deadline: Duration
    let responseBytesMax: Int
    let failuresInARowMax: Int
    let apiKey: String?

    /// One answer for each probe, in order; none at all if the engine has no such endpoint.
    /// Ends by the deadline, and early if the engine stops answering or the task is cancelled.
    func answers(to probes: [Probe]) async -> [ProbeAnswer] {
        var answers = [ProbeAnswer](repeating: .missing, count: probes.count)
        var isServed = true
        var failureCount = 0
        let end = ContinuousClock.now + deadline
        await withTaskGroup(of: (Int, Reply).self) { group in
            var next = 0
            func askNext() {
                let timeLeft = end - ContinuousClock.now
                let mayGoOn = failureCount < failuresInARowMax && isServed
                guard mayGoOn, timeLeft > Duration.zero, next < probes.count else { return }
                let (index, probe) = (next, probes[next])
                group.addTask { (index, await ask(probe, within: min(timeLeft, requestDeadline))) }
                next += 1
            }
            for _ in 0..<concurrency { askNext() }
            while let (index, reply) = await group.next() {
                switch reply {
                case .answer(let answer):
                    answers[index] = answer
                    failureCount = answer == .missing ? failureCount + 1 : 0
                case .notServed: isServed = false
                }
                askNext()
            }
        }
        return isServed ? answers : []
    }

    private enum Reply: Sendable {
        case answer(ProbeAnswer)
        /// The endpoint is not there, or switched off.
        case notServed
    }

    private func ask(_ probe: Probe, within time: Duration) async -> Reply {
        var request = HTTPClient.Request(
            "POST",
            url + "/tokenize",
            headers: ["content-type": "application/json"],
            body: probe.body(model: model),
            deadline: time
        )
        if let apiKey { request.headers.append("authorization", "Bearer \(apiKey)") }
        request.bodyBytesMax = responseBytesMax
        guard let response: HTTPClient.Response = try? await client.send(request) else {
            return .answer(.missing)
        }
        switch response.status {
        case 200:
            let tokens = try? RemoteAnswer.tokens(
                in: response.body,
                from: .tokenize,
                probe.form,
                tokensMax: responseBytesMax
            )
            return .answer(tokens.map { .tokens($0.ids) } ?? .missing)
        case 400, 422: return .answer(.refused)
        case 401, 403, 404, 405, 501: return .notServed
        default: return .answer(.missing)
        }
    }
}
