import Domain
import Scheduling
import Scorers
import Testing

@Suite struct LoRAAffinityScorerTests {
    /// An endpoint's state of the adapter, adapters with requests, and slots.
    private typealias Row = (state: AdapterState, active: Int32, max: Int32)

    private func scores(_ rows: [Row]) -> [Double] {
        var context = SchedulingContext.fake(
            rows.indices.map { .fake(UInt32($0)) },
            loads: rows.map { row in
                .fake {
                    $0.report.activeAdapters = row.active
                    $0.report.adaptersMax = row.max
                }
            }
        )
        context.adapter = AdapterPlaces(
            rows.indices.compactMap { index in
                guard rows[index].state != .absent else { return nil }
                return AdapterPlaces.Place(
                    endpoint: EndpointID(rawValue: UInt32(index)),
                    state: rows[index].state
                )
            }
        )
        return context.scores(by: LoRAAffinityScorer())
    }

    /// llm-d's vectors.
    @Test func `running, a free slot, waiting and no slot score as the peer has them`() {
        #expect(scores([(.running, 1, 5)]) == [1])
        #expect(scores([(.waiting, 2, 2)]) == [0.6])
        #expect(scores([(.absent, 2, 2), (.absent, 0, 0)]) == [0, 0])
        #expect(
            scores([
                (.running, 1, 5), (.waiting, 2, 5), (.absent, 1, 2), (.waiting, 2, 2),
                (.absent, 2, 2),
            ]) == [1, 0.8, 0.8, 0.6, 0]
        )
    }

    @Test func `an idle adapter is nearly as good as one that runs`() {
        #expect(scores([(.loaded, 1, 4), (.running, 4, 4), (.loaded, 0, 0)]) == [0.9, 1, 0.9])
    }

    @Test func `an idle adapter whose slots others have waits for them`() {
        #expect(scores([(.loaded, 4, 4), (.absent, 3, 4)]) == [0.6, 0.8])
    }

    @Test func `a model that is no adapter prefers nothing`() {
        var context = SchedulingContext.fake(
            [.fake(0), .fake(1)],
            loads: [.fake { $0.report.adaptersMax = 4 }, EndpointLoad()]
        )
        context.adapter = nil
        #expect(context.scores(by: LoRAAffinityScorer()) == [0, 0])
    }

    @Test func `places of endpoints that are no candidates are passed over`() {
        var context = SchedulingContext.fake([.fake(2), .fake(5), .fake(9)])
        context.adapter = AdapterPlaces(
            [1, 2, 5, 7, 9].map {
                AdapterPlaces.Place(endpoint: EndpointID(rawValue: $0), state: .running)
            }
        )
        var scores = [0.0, 0.0]
        LoRAAffinityScorer().score(Candidates([0, 2]), in: context, into: &scores)
        #expect(scores == [1, 1])
    }
}
