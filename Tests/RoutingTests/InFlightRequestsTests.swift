import Domain
import Routing
import Testing

@Suite struct InFlightRequestsTests {
    private static let endpoints = (0..<4).map { number in
        Endpoint(
            id: EndpointID(rawValue: number),
            name: "e\(number)",
            address: "10.0.0.\(number):80"
        )
    }

    /// The endpoint with the fewest requests in flight.
    private static func leastBusy(_ counts: [EndpointID: Int]) throws(PickError) -> RoutingDecision
    {
        let endpoint = endpoints.min { counts[$0.id, default: 0] < counts[$1.id, default: 0] }
        guard let endpoint else { throw .noEndpoints }
        return RoutingDecision(endpoint: endpoint, matchedBlocks: 0, blockCount: 0)
    }

    @Test func `a pick sees the requests that were picked before it`() throws {
        let requests = InFlightRequests()
        var held: [RoutedRequest] = []
        for _ in 0..<8 { held.append(try requests.reserving(Self.leastBusy)) }
        #expect(held.map(\.decision.endpoint.id.rawValue) == [0, 1, 2, 3, 0, 1, 2, 3])
        #expect(requests.snapshot.values.sorted() == [2, 2, 2, 2])
    }

    @Test func `a place is given back once nobody holds the request`() throws {
        let requests = InFlightRequests()
        let id = Self.endpoints[0].id
        var first: RoutedRequest? = try requests.reserving(Self.leastBusy)
        var copy = first
        #expect(requests.snapshot == [id: 1])
        first = nil
        #expect(requests.snapshot == [id: 1], "the copy holds it: \(copy == nil)")
        copy = nil
        #expect(requests.snapshot.isEmpty)
        #expect(first == nil && copy == nil)
    }

    @Test func `a pick that fails takes no place`() {
        let requests = InFlightRequests()
        #expect(throws: PickError.saturated) {
            _ = try requests.reserving { _ throws(PickError) in throw .saturated }
        }
        #expect(requests.snapshot.isEmpty)
    }

    @Test func `a task that is cancelled, or throws, gives its place back`() async {
        let requests = InFlightRequests()
        let failing = Task {
            let request = try requests.reserving(Self.leastBusy)
            defer { extendLifetime(request) }
            try await Task.sleep(for: .seconds(3600))
        }
        failing.cancel()
        _ = await failing.result
        #expect(requests.snapshot.isEmpty)
    }

    @Test func `tasks that reserve at once never pick from the same counts`() async throws {
        let requests = InFlightRequests()
        try await withThrowingTaskGroup(of: [RoutedRequest].self) { group in
            for _ in 0..<16 {
                group.addTask {
                    try (0..<250).map { _ in try requests.reserving(Self.leastBusy) }
                }
            }
            let held = try await group.reduce(into: []) { $0.append($1) }
            #expect(requests.snapshot.values.sorted() == [1000, 1000, 1000, 1000])
            extendLifetime(held)
        }
        #expect(requests.snapshot.isEmpty)
    }
}
