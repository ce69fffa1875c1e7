import Domain
import Scheduling
import Scorers
import Testing

/// Keeps some positions of those that it is given.
private struct Keeping: Filter {
    let positions: Set<Int>
    var exhaustion: PickError = .noEndpoints

    func filter(_ candidates: inout Candidates, in context: SchedulingContext) {
        candidates.keep(where: positions.contains)
    }
}

@Suite struct DecisionTreeFilterTests {
    private let context = SchedulingContext.fake((0..<4).map { .fake($0) })

    private func keeping(_ positions: Set<Int>) -> Keeping { Keeping(positions: positions) }

    @Test func `success goes on with what is left`() {
        let tree = DecisionTreeFilter(keeping([1, 2]), onSuccess: keeping([2, 3]))
        #expect(context.positions(leftBy: tree) == [2])
    }

    @Test func `failure goes on with what was given`() {
        let tree = DecisionTreeFilter(keeping([]), onFailure: keeping([2, 3]))
        #expect(context.positions(leftBy: tree) == [2, 3])
    }

    @Test func `without a way on, the result is what is left`() {
        #expect(context.positions(leftBy: DecisionTreeFilter(keeping([1]))) == [1])
        #expect(context.positions(leftBy: DecisionTreeFilter(keeping([]))).isEmpty)
        let tree = DecisionTreeFilter(keeping([]), onSuccess: keeping([1]))
        #expect(context.positions(leftBy: tree).isEmpty)
    }

    @Test func `what leaves nothing last is what the client is told of`() {
        let failing = Keeping(positions: [], exhaustion: .saturated)
        #expect(DecisionTreeFilter(failing).exhaustion == .saturated)
        #expect(DecisionTreeFilter(keeping([]), onFailure: failing).exhaustion == .saturated)
    }
}

/// Cases of the Gateway API's first endpoint picker: waiting requests, KV cache usage, and where
/// the adapter runs.
@Suite struct LowLatencyTreeTests {
    private func kept(
        waiting: [Int32],
        kvCache: [Double],
        adapterAt places: [UInt32]? = nil
    ) -> [Int] {
        var context = SchedulingContext.fake(
            waiting.indices.map { .fake(UInt32($0)) },
            loads: waiting.indices.map { index in
                .fake {
                    $0.report.waitingRequests = waiting[index]
                    $0.report.kvCacheUsage = kvCache[index]
                    $0.report.adaptersMax = 4
                    $0.report.activeAdapters = 2
                }
            }
        )
        context.adapter = places.map { places in
            AdapterPlaces(
                places.map { .init(endpoint: EndpointID(rawValue: $0), state: .running) }
            )
        }
        return context.positions(leftBy: DecisionTreeFilter.lowLatency(loRAThreshold: 1))
    }

    @Test func `the shortest queue wins, then the emptiest cache`() {
        #expect(kept(waiting: [3, 0, 10], kvCache: [0.2, 0.1, 0.2]) == [1])
    }

    @Test func `while queues are short, the adapter's place wins`() {
        #expect(kept(waiting: [0, 0, 10], kvCache: [0.2, 0.1, 0.2], adapterAt: [1]) == [1])
        #expect(kept(waiting: [0, 0, 10], kvCache: [0.2, 0.1, 0.2], adapterAt: [2]) == [2])
    }

    @Test func `while all queues are long, the shortest wins whatever the adapter's place`() {
        #expect(kept(waiting: [200, 500, 900], kvCache: [0, 0, 0], adapterAt: [2]) == [0])
        #expect(kept(waiting: [200, 120, 900], kvCache: [0, 0, 0], adapterAt: [2]) == [1])
    }
}
