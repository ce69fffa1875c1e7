/// The requests of one priority that wait: in flows, each in its order, that take turns.
///
/// Invariants:
/// 1. Every flow has a request; one whose last request goes is forgotten.
/// 2. Every flow has its turn in `turns`.
struct PriorityBand: Sendable {
    private struct Flow: Sendable {
        let name: String
        var queue = LazyHeap<ContinuousClock.Instant>()
        var requestCount = 0
    }

    let priority: Int
    let config: PriorityBandConfig
    private(set) var requestCount = 0
    private(set) var bytes = 0
    private var flows: [UInt64: Flow] = [:]
    private var flowNumbers: [String: UInt64] = [:]
    private var nextFlow: UInt64 = 0
    private var turns = LazyHeap<UInt64>()
    private var nextTurn: UInt64 = 0
    /// The newest first, so that who has waited longest gives way last. Only kept below priority 0.
    private var newest = LazyHeap<UInt64>()

    init(priority: Int, config: PriorityBandConfig) {
        self.priority = priority
        self.config = config
    }

    var isEmpty: Bool { requestCount == 0 }
    /// Whether its requests may be dropped for more urgent ones.
    var isSheddable: Bool { priority < 0 }

    func hasRoom(for bytes: Int) -> Bool {
        requestCount < config.requestsMax && bytes <= config.bytesMax - self.bytes
    }

    /// - Parameter waiting: everything that waits. The request is put there, too.
    mutating func add(_ request: QueuedRequest, to waiting: inout WaitingRequests) {
        let flow = openFlow(of: request)
        waiting[request.number] = WaitingRequest(request: request, band: priority, flow: flow)
        requestCount += 1
        bytes += request.bytes
        let count = (flows[flow]?.requestCount ?? 0) + 1
        flows[flow]?.requestCount = count
        flows[flow]?.queue.push(
            request.number,
            by: request.rank(by: config.ordering),
            amongst: waiting,
            liveCount: count
        )
        if isSheddable {
            newest.push(
                request.number,
                by: .max - request.number,
                amongst: waiting,
                liveCount: requestCount
            )
        }
    }

    /// The number of the flow that a request belongs to. A flow that begins to wait comes last.
    private mutating func openFlow(of request: QueuedRequest) -> UInt64 {
        let name = flowName(of: request)
        if let known = flowNumbers[name] { return known }
        defer { nextFlow += 1 }
        flows[nextFlow] = Flow(name: name)
        flowNumbers[name] = nextFlow
        takeTurn(nextFlow)
        return nextFlow
    }

    /// Nobody's name is empty: the empty one stands for all beyond `flowsMax`, or for everyone.
    private func flowName(of request: QueuedRequest) -> String {
        guard config.fairness == .roundRobin else { return "" }
        let isKnown = flowNumbers[request.fairnessID] != nil
        return isKnown || flows.count < FlowControlConfig.flowsMax ? request.fairnessID : ""
    }

    private mutating func takeTurn(_ flow: UInt64) {
        turns.push(flow, by: nextTurn, amongst: flows, liveCount: flows.count)
        nextTurn += 1
    }

    /// Takes the next request out. Nil: none waits.
    mutating func popFirst(from waiting: inout WaitingRequests) -> QueuedRequest? {
        guard let flow = turns.popFirst(amongst: flows)?.number,
            let number = flows[flow]?.queue.popFirst(amongst: waiting)?.number,
            let first = waiting.removeValue(forKey: number)
        else { return nil }
        removed(first)
        if flows[flow] != nil { takeTurn(flow) }
        return first.request
    }

    /// Takes out the one that has waited shortest.
    ///
    /// - Precondition: `isSheddable`.
    mutating func popNewest(from waiting: inout WaitingRequests) -> QueuedRequest? {
        guard let number = newest.popFirst(amongst: waiting)?.number,
            let last = waiting.removeValue(forKey: number)
        else { return nil }
        removed(last)
        return last.request
    }

    /// To be called when a request of this band does not wait any more.
    mutating func removed(_ request: WaitingRequest) {
        requestCount -= 1
        bytes -= request.request.bytes
        guard let flow = flows[request.flow] else { return }
        if flow.requestCount == 1 {
            flows[request.flow] = nil
            flowNumbers[flow.name] = nil
        } else {
            flows[request.flow]?.requestCount -= 1
        }
    }
}
