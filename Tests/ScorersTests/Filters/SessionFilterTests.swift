import Domain
import Scheduling
import Scorers
import Testing

@Suite struct SessionFilterTests {
    private static let token = SessionAffinity.token(header: "x-session-token", profile: nil)
    private static let cookie = SessionAffinity.cookie(name: "c")

    private func context(_ target: SessionHint.Target?) -> SchedulingContext {
        var context = SchedulingContext.fake((1..<5).map { .fake($0) })
        context.sessions =
            target.map {
                let other = SessionHint(affinity: Self.cookie, target: .hash(99))
                return [other, SessionHint(affinity: Self.token, target: $0)]
            } ?? []
        return context
    }

    private func kept(_ target: SessionHint.Target?) -> [Int] {
        context(target).positions(leftBy: SessionFilter(Self.token))
    }

    @Test func `a session stays at its endpoint`() {
        #expect(kept(.endpoint(EndpointID(rawValue: 3))) == [2])
    }

    @Test func `a session whose endpoint is gone may go anywhere`() {
        #expect(kept(.endpoint(EndpointID(rawValue: 9))) == [0, 1, 2, 3])
        #expect(kept(nil) == [0, 1, 2, 3])
        #expect(context(.hash(1)).positions(leftBy: SessionFilter(.cookie(name: "d"))).count == 4)
    }

    @Test func `an endpoint that an earlier filter dropped does not come back`() {
        let context = context(.endpoint(EndpointID(rawValue: 3)))
        var candidates = Candidates([0, 1, 3])
        SessionFilter(Self.token).filter(&candidates, in: context)
        #expect(candidates == Candidates([0, 1, 3]))
    }

    @Test func `a hash names one endpoint, and another only if that one is dropped`() throws {
        for session in UInt64(0)..<50 {
            let context = context(.hash(session))
            let first = try #require(context.positions(leftBy: SessionFilter(Self.token)).first)
            for dropped in 0..<4 {
                var candidates = Candidates((0..<4).filter { $0 != dropped })
                SessionFilter(Self.token).filter(&candidates, in: context)
                #expect(candidates.count == 1)
                #expect((candidates[0] == first) == (dropped != first))
            }
        }
    }
}
