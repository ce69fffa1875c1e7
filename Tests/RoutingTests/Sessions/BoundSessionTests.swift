import Domain
import Scheduling
import Testing

@testable import Routing

@Suite struct BoundSessionTests {
    private static let affinity = SessionAffinity.bound(
        headers: ["X-Session-ID", "x-claude-code-session-id", "cookie:Chat"],
        lifetime: .seconds(300)
    )
    private let pool = sessionPool(["a", "b", "c"])
    private let table = SessionTable([affinity])

    private func session(
        _ headers: [(String, String)],
        in pool: EndpointSnapshot? = nil,
        at seconds: Double = 0
    ) -> RequestSession {
        table.session(
            of: sessionRequest(headers),
            in: pool ?? self.pool,
            at: .sessionStart(plus: seconds)
        )
    }

    /// The endpoint that a request is led to.
    private func endpoint(
        _ headers: [(String, String)],
        in pool: EndpointSnapshot? = nil,
        at seconds: Double = 0
    ) -> String? {
        let hint = session(headers, in: pool, at: seconds).hints.first
        return (pool ?? self.pool).endpoint(for: hint)?.name
    }

    private func route(
        _ headers: [(String, String)],
        to name: String,
        in pool: EndpointSnapshot? = nil,
        at seconds: Double = 0
    ) throws {
        table.picked(
            try (pool ?? self.pool).decision(for: name),
            for: session(headers, in: pool, at: seconds),
            at: .sessionStart(plus: seconds)
        )
    }

    @Test(arguments: [
        [("x-session-id", "sess-A")],
        [("x-claude-code-session-id", "code-B")],
        [("cookie", "Chat=c-3")],
    ])
    func `a session stays where its first request went`(headers: [(String, String)]) throws {
        #expect(endpoint(headers) == nil)
        try route(headers, to: "b")
        #expect(endpoint(headers) == "b")
        // Elsewhere this once, for a filter said so: the session stays.
        try route(headers, to: "c")
        #expect(endpoint(headers) == "b")
    }

    @Test func `sessions outlive a change of other ways to keep them, and none of their own`()
        throws
    {
        let headers = [("x-session-id", "s")]
        try route(headers, to: "b")
        func endpoint(in table: SessionTable) -> String? {
            let request = sessionRequest(headers)
            let session = table.session(of: request, in: pool, at: .sessionStart(plus: 1))
            return pool.endpoint(for: session.hints.first { $0.affinity != .cookie(name: "c") })?
                .name
        }
        let more = SessionTable([Self.affinity, .cookie(name: "c")], after: table)
        #expect(endpoint(in: more) == "b")
        #expect(endpoint(in: SessionTable([Self.affinity], after: more)) == "b")
        let longer = SessionAffinity.bound(headers: ["x-session-id"], lifetime: .seconds(600))
        #expect(endpoint(in: SessionTable([longer], after: table)) == nil)
    }

    @Test func `the first header that is there names the session`() throws {
        try route([("x-session-id", "sess-A")], to: "a")
        try route([("x-claude-code-session-id", "code-B")], to: "b")
        let both = [("x-claude-code-session-id", "code-B"), ("x-session-id", "sess-A")]
        #expect(endpoint(both) == "a")
        let empty = [("x-claude-code-session-id", "code-B"), ("x-session-id", "")]
        #expect(endpoint(empty) == "b")
    }

    @Test func `it asks for the headers that it looks at`() {
        #expect(table.headers == ["x-session-id", "x-claude-code-session-id", "cookie"])
    }

    @Test func `a session that is not used for its lifetime ends`() throws {
        let headers = [("x-session-id", "s")]
        try route(headers, to: "a")
        try route(headers, to: "a", at: 299)
        #expect(endpoint(headers, at: 598) == "a")
        #expect(endpoint(headers, at: 599) == nil)
        try route(headers, to: "c", at: 600)
        #expect(endpoint(headers, at: 601) == "c")
    }

    @Test func `a session whose endpoint has left is bound again`() throws {
        let headers = [("x-session-id", "s")]
        try route(headers, to: "b")
        let smaller = EndpointSnapshot(
            generation: 2,
            endpoints: pool.endpoints.filter { $0.name != "b" }
        )
        #expect(endpoint(headers, in: smaller) == nil)
        try route(headers, to: "c", in: smaller)
        #expect(endpoint(headers, in: smaller) == "c")
        #expect(endpoint(headers) == "c")
    }

    @Test func `of two first requests at the same moment the first binds`() throws {
        let requests = [session([("x-session-id", "s")]), session([("x-session-id", "s")])]
        for (request, name) in zip(requests, ["c", "a"]) {
            table.picked(try pool.decision(for: name), for: request, at: .sessionStart)
        }
        #expect(endpoint([("x-session-id", "s")]) == "c")
    }

    @Test func `sessions do not share an endpoint by their names' beginnings or lengths`() throws {
        let long = String(repeating: "s", count: 4096)
        try route([("x-session-id", long)], to: "a")
        #expect(endpoint([("x-session-id", long)]) == "a")
        #expect(endpoint([("x-session-id", String(long.dropLast()) + "t")]) == nil)
        try route([("x-session-id", long + "s")], to: "b")
        #expect(endpoint([("x-session-id", long + "s")]) == nil)
    }

    @Test func `without a name nothing is kept and nothing is set`() throws {
        let decision = try pool.decision(for: "a")
        #expect(session([]).hints.isEmpty)
        table.picked(decision, for: session([]), at: .sessionStart)
        #expect(table.responseHeaders(for: decision, of: session([])).isEmpty)
    }

    @Test func `beyond the bound the least recently used session goes`() {
        let sessions = BoundSessions(lifetime: .seconds(300))
        func use(_ number: Int) {
            sessions.use(
                SessionKey("s\(number)"),
                at: EndpointID(rawValue: UInt32(number)),
                insteadOf: nil,
                now: .sessionStart
            )
        }
        for number in 0..<BoundSessions.countMax { use(number) }
        use(0)
        use(BoundSessions.countMax)
        #expect(sessions.count == BoundSessions.countMax)
        #expect(sessions.endpoint(of: SessionKey("s0"), at: .sessionStart)?.rawValue == 0)
        #expect(sessions.endpoint(of: SessionKey("s1"), at: .sessionStart) == nil)
        #expect(sessions.endpoint(of: SessionKey("s2"), at: .sessionStart)?.rawValue == 2)
    }

    @Test func `sessions that have ended make room`() {
        let sessions = BoundSessions(lifetime: .seconds(10))
        let endpoint = EndpointID(rawValue: 1)
        for number in 0..<100 {
            sessions.use(SessionKey("\(number)"), at: endpoint, insteadOf: nil, now: .sessionStart)
        }
        for number in 0..<40 {
            let key = SessionKey("later \(number)")
            sessions.use(key, at: endpoint, insteadOf: nil, now: .sessionStart(plus: 10))
        }
        #expect(sessions.count == 40)
    }
}
