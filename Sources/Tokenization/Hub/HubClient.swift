import HTTP

/// Asks a hub, and follows where it leads. The token goes to the hub's own origin and no further.
struct HubClient: Sendable {
    let config: HubConfig
    let endpoint: HubURL
    private let client: HTTPClient

    init(_ config: HubConfig, _ endpoint: HubURL, _ client: HTTPClient) {
        self.config = config
        self.endpoint = endpoint
        self.client = client
    }

    private static let redirectsMax = 8

    enum Redirects {
        case all
        /// What the hub itself says is wanted, not what its storage says.
        case sameOrigin
    }

    /// Sends one request and follows redirects. `receive` also gets the bodies of redirects and
    /// errors; the head that comes with them says so.
    ///
    /// - Returns: the last answer's head: a success, or a redirect that is not to be followed.
    func send(
        _ method: String,
        _ first: HubURL,
        headers: HTTPHeaders = [:],
        following redirects: Redirects = .all,
        bodyBytesMax: Int,
        onBody receive: @escaping HTTPClient.BodyReceiver
    ) async throws(HubError) -> HTTPClient.ResponseHead {
        var url = first
        for _ in 0...HubClient.redirectsMax {
            let head = try await sendOnce(method, url, headers, bodyBytesMax, receive)
            guard [301, 302, 303, 307, 308].contains(head.status) else {
                try HubClient.check(head.status, url)
                return head
            }
            guard let next = head.headers["location"].flatMap(url.following) else {
                throw .malformedAnswer(url: url.withoutQuery, reason: "a redirect to nowhere")
            }
            if case .sameOrigin = redirects, next.origin != url.origin { return head }
            url = next
        }
        throw .malformedAnswer(url: first.withoutQuery, reason: "too many redirects")
    }

    private func sendOnce(
        _ method: String,
        _ url: HubURL,
        _ headers: HTTPHeaders,
        _ bodyBytesMax: Int,
        _ receive: @escaping HTTPClient.BodyReceiver
    ) async throws(HubError) -> HTTPClient.ResponseHead {
        var request = HTTPClient.Request(
            method,
            url.description,
            headers: headers,
            deadline: config.attemptDeadline
        )
        // A compressed body would have another size, and could not be resumed.
        request.headers.append("accept-encoding", "identity")
        request.headers.append("user-agent", "warmpath")
        if url.origin == endpoint.origin, let token = config.token {
            request.headers.append("authorization", "Bearer \(token)")
        }
        request.bodyBytesMax = bodyBytesMax
        do {
            return try await client.send(request, onBody: receive)
        } catch {
            switch error {
            case .bodyTooLarge(let bytesMax):
                throw .tooLarge(file: url.withoutQuery, bytesMax: bytesMax)
            case .cancelled: throw .cancelled
            case .deadlineExceeded:
                throw .unavailable(url: url.withoutQuery, reason: "it takes too long")
            case .malformedRequest:
                throw .malformedAnswer(url: url.withoutQuery, reason: "not a URL to ask")
            case .cannotConnect(let reason), .connectionLost(let reason):
                throw .unavailable(url: url.withoutQuery, reason: reason)
            case .cannotListen: throw .unavailable(url: url.withoutQuery, reason: "\(error)")
            }
        }
    }

    private static func check(_ status: Int, _ url: HubURL) throws(HubError) {
        switch status {
        case 200..<300: return
        case 401: throw .unauthorized(url: url.withoutQuery)
        case 403: throw .forbidden(url: url.withoutQuery)
        case 404: throw .notFound(url: url.withoutQuery)
        case 408, 416, 429, 500...599:
            throw .unavailable(url: url.withoutQuery, reason: "it answers \(status)")
        default:
            throw .malformedAnswer(url: url.withoutQuery, reason: "it answers \(status)")
        }
    }

    /// Before attempt `number`, counted from 1, waits as long as is polite. Spread, so that
    /// pickers that start together do not come back together.
    func pause(before number: Int) async throws(HubError) {
        let delay = config.retryDelay * (1 << min(number, 16))
        do {
            let spread = Double.random(in: 0.75..<1.25)
            try await Task.sleep(for: min(delay, config.retryDelayMax) * spread)
        } catch {
            throw .cancelled
        }
    }

    /// Tries again what may go well a little later.
    func retrying<Value>(
        _ body: () async throws(HubError) -> Value
    ) async throws(HubError) -> Value {
        var failureCount = 0
        while true {
            do {
                return try await body()
            } catch {
                failureCount += 1
                guard error.isTransient, failureCount < config.attemptsMax else { throw error }
                try await pause(before: failureCount)
            }
        }
    }
}
