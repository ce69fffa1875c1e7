import Bytes
import Domain
import Routing
import Synchronization
import Telemetry

/// Decides on every request alike, or refuses it, and keeps what it was asked.
final class FixedRouter: RequestRouting {
    static let endpoint = Endpoint(
        id: EndpointID(rawValue: 1),
        name: "one",
        address: "10.0.0.1:8000"
    )
    static let decision = RoutingDecision(endpoint: endpoint, matchedBlocks: 0, blockCount: 0)

    let wantedHeaders: HeaderSelection
    let observations = Observations()
    private let result: Result<RoutingDecision, PickError>
    private let replacement: [UInt8]?
    private let responseHeaders: [HeaderField]
    private let requests = Mutex<[GatewayRequest]>([])

    /// - Parameter replacement: what it makes of every body.
    init(
        _ decision: RoutingDecision = decision,
        failing error: PickError? = nil,
        replacingBodiesBy replacement: [UInt8]? = nil,
        wanting wanted: [String] = [],
        responseHeaders: [HeaderField] = []
    ) {
        result = error.map { .failure($0) } ?? .success(decision)
        self.replacement = replacement
        self.responseHeaders = responseHeaders
        wantedHeaders = HeaderSelection(wanted)
    }

    var asked: [GatewayRequest] { requests.withLock { $0 } }
    var inFlightCount: Int { observations.observerCount }

    func route(_ request: GatewayRequest) async -> Result<RoutedRequest, PickError> {
        requests.withLock { $0.append(request) }
        return result.map { decision in
            let routed = RoutedRequest(
                decision: decision,
                responseHeaders: responseHeaders,
                observer: observations.newObserver()
            )
            guard let replacement else { return routed }
            var body = GrowingBytes()
            body.append(replacement.span)
            return routed.replacingBody(body.take())
        }
    }
}

/// Has requests wait until they are given up.
final class WaitingRouter: RequestRouting {
    let wantedHeaders = HeaderSelection.none
    /// A request that comes, and each that has been given up.
    let arrivals: AsyncStream<Void>
    let departures: AsyncStream<Void>
    private let arrived: AsyncStream<Void>.Continuation
    private let departed: AsyncStream<Void>.Continuation

    init() {
        (arrivals, arrived) = AsyncStream.makeStream()
        (departures, departed) = AsyncStream.makeStream()
    }

    func route(_ request: GatewayRequest) async -> Result<RoutedRequest, PickError> {
        let (never, continuation) = AsyncStream<Void>.makeStream()
        arrived.yield()
        for await _ in never {}
        continuation.finish()
        departed.yield()
        return .failure(.cancelled)
    }
}

/// What observers are told of responses, and how many of them there are.
final class Observations: Sendable {
    enum Event: Equatable {
        case began(status: Int?, servedBy: String? = nil)
        case firstBytes
        case ended
    }

    private struct State {
        var events: [Event] = []
        var observerCount = 0
    }

    private let state = Mutex(State())

    var events: [Event] { state.withLock { $0.events } }
    var observerCount: Int { state.withLock { $0.observerCount } }

    func newObserver() -> any ResponseObserver { Observer(telling: self) }

    private final class Observer: ResponseObserver {
        private let observations: Observations

        init(telling observations: Observations) {
            self.observations = observations
            observations.state.withLock { $0.observerCount += 1 }
        }

        deinit { observations.state.withLock { $0.observerCount -= 1 } }

        func responseBegan(status: Int?, servedBy address: String?) {
            tell(.began(status: status, servedBy: address))
        }
        func firstBytes() { tell(.firstBytes) }
        func responseEnded() { tell(.ended) }

        private func tell(_ event: Event) {
            observations.state.withLock { $0.events.append(event) }
        }
    }
}

extension Log {
    static let none = Log(level: .error) { _ in }
}
