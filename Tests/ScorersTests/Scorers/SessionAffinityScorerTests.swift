import Domain
import Scheduling
import Scorers
import Testing

@Suite struct SessionAffinityScorerTests {
    private let pool: [Endpoint] = [.fake(0), .fake(1), .fake(2)]
    private let cookie = SessionAffinity.cookie(name: "session")
    private let token = SessionAffinity.token(header: "x-session-token", profile: nil)

    private func context(_ hints: [SessionHint]) -> SchedulingContext {
        var context = SchedulingContext.fake(pool)
        context.sessions = hints
        return context
    }

    @Test func `the session's endpoint scores 1, others 0`() {
        let hint = SessionHint(affinity: token, target: .endpoint(EndpointID(rawValue: 1)))
        #expect(context([hint]).scores(by: SessionAffinityScorer(token)) == [0, 1, 0])
    }

    @Test func `a session kept in another way is not meant`() {
        let other = SessionHint(affinity: cookie, target: .endpoint(EndpointID(rawValue: 0)))
        let mine = SessionHint(affinity: token, target: .endpoint(EndpointID(rawValue: 2)))
        #expect(context([other]).scores(by: SessionAffinityScorer(token)) == [0, 0, 0])
        #expect(context([other, mine]).scores(by: SessionAffinityScorer(token)) == [0, 0, 1])
    }

    @Test func `an endpoint that is gone, or no candidate, scores nobody`() {
        let gone = SessionHint(affinity: token, target: .endpoint(EndpointID(rawValue: 7)))
        #expect(context([gone]).scores(by: SessionAffinityScorer(token)) == [0, 0, 0])
        let dropped = SessionHint(affinity: token, target: .endpoint(EndpointID(rawValue: 0)))
        var scores = [0.0, 0.0]
        SessionAffinityScorer(token)
            .score(Candidates([1, 2]), in: context([dropped]), into: &scores)
        #expect(scores == [0, 0])
    }

    @Test(arguments: [1, 2, 3, 0x9E37_79B9_7F4A_7C15] as [UInt64])
    func `a hash means the candidate that it ranks first`(session: UInt64) {
        let hint = SessionHint(affinity: cookie, target: .hash(session))
        let ranks = pool.map { SessionHint.rank(of: $0, for: session) }
        let expected = ranks.map { $0 == ranks.max() ? 1.0 : 0 }
        #expect(context([hint]).scores(by: SessionAffinityScorer(cookie)) == expected)
    }
}
