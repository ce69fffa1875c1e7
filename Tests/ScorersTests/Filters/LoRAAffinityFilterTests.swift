import Domain
import Scheduling
import Scorers
import Testing

@Suite struct LoRAAffinityFilterTests {
    /// Endpoints 0 to 3, of which the first two may have room for another adapter.
    private func context(
        _ places: [UInt32: AdapterState]?,
        free: Int = 2,
        rotation: UInt64 = 0
    ) -> SchedulingContext {
        var context = SchedulingContext.fake(
            (0..<4).map { .fake($0) },
            loads: (0..<4).map { position in
                .fake {
                    $0.report.activeAdapters = position < free ? 1 : 4
                    $0.report.adaptersMax = 4
                }
            },
            rotation: rotation
        )
        context.adapter = places.map { places in
            AdapterPlaces(
                places.map { .init(endpoint: EndpointID(rawValue: $0), state: $1) }
            )
        }
        return context
    }

    private func kept(_ context: SchedulingContext, threshold: Double = 1) -> [Int] {
        context.positions(leftBy: LoRAAffinityFilter(threshold: threshold))
    }

    @Test func `a request goes where its adapter is, be it idle or not`() {
        #expect(kept(context([1: .loaded, 2: .running, 3: .waiting])) == [1, 2, 3])
        #expect(kept(context([1: .absent, 3: .waiting])) == [3])
    }

    @Test func `an adapter that is nowhere goes where there is room`() {
        #expect(kept(context([:])) == [0, 1])
        #expect(kept(context([:], free: 0)) == [0, 1, 2, 3])
    }

    @Test func `a request for no adapter may go anywhere`() {
        #expect(kept(context(nil)) == [0, 1, 2, 3])
    }

    @Test func `now and then an adapter spreads to where there is room`() {
        let spreads = (UInt64(0)..<10_000).count { rotation in
            let kept = kept(context([1: .running], rotation: rotation), threshold: 0.9)
            #expect(kept == [1] || kept == [0])
            return kept == [0]
        }
        #expect((900...1100).contains(spreads), "\(spreads)")
        #expect(kept(context([1: .running], free: 0), threshold: 0) == [1])
    }
}
