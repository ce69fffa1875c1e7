import Domain
import Routing
import Scheduling
import Testing

@Suite struct TokenSessionTests {
    private static let affinity = SessionAffinity.token(header: "X-Session-Token", profile: nil)
    private let pool = sessionPool(["a", "pod-1", "default/pod-2", "pod-rank-7"])
    private let table = SessionTable([affinity])

    /// The name of the endpoint that a token leads to.
    private func name(for token: String) -> String? {
        let request = sessionRequest([("x-session-token", token)])
        let session = table.session(of: request, in: pool, at: .sessionStart)
        return pool.endpoint(for: session.hints.first)?.name
    }

    @Test func `a client that returns its token finds its endpoint again`() throws {
        for endpoint in pool.endpoints {
            let decision = try pool.decision(for: endpoint.name)
            let headers = table.responseHeaders(for: decision, of: .none)
            #expect(headers.map(\.name) == ["x-session-token"])
            #expect(name(for: try #require(headers.first).value) == endpoint.name)
        }
    }

    @Test(arguments: [
        ("YQ==", "a"),  // a
        ("YQ", "a"),
        ("ZGVmYXVsdC9wb2QtMQ==", "pod-1"),  // default/pod-1
        ("ZGVmYXVsdC9wb2QtMS1yYW5rLTEy", "pod-1"),  // default/pod-1-rank-12
        ("cG9kLTEtcmFuay0w", "pod-1"),  // pod-1-rank-0
        ("ZGVmYXVsdC9wb2QtMg==", "default/pod-2"),
        ("ZGVmYXVsdC9wb2QtMi1yYW5rLTA=", "default/pod-2"),  // default/pod-2-rank-0
        ("cG9kLXJhbmstNw==", "pod-rank-7"),
        ("cG9kLTI=", nil),  // pod-2
        ("b3RoZXIvcG9kLTI=", nil),  // other/pod-2
        ("cG9kLTEtcmFuay0=", nil),  // pod-1-rank-
        ("cG9kLTEtcmFuay14", nil),  // pod-1-rank-x
        ("cG9kLTEv", nil),  // pod-1/
        ("emVicmE=", nil),  // zebra
        ("", nil),
        ("!!!", nil),
        ("pod-1", nil),
        ("//79", nil),  // not UTF-8
    ])
    func `a token names an endpoint in each generation's words, or none`(
        token: String,
        endpoint: String?
    ) {
        #expect(name(for: token) == endpoint)
    }

    @Test func `a token that is too long is not read`() {
        let spaces = String(repeating: "/", count: 340)
        // 3 bytes in 4 digits: slashes before the name change nothing.
        #expect(name(for: String(repeating: "Ly8v", count: 200) + "YQ==") == "a")
        #expect(name(for: String(repeating: "Ly8v", count: spaces.count) + "YQ==") == nil)
    }

    @Test func `no token, no hint`() {
        let session = table.session(of: sessionRequest(), in: pool, at: .sessionStart)
        #expect(session.hints.isEmpty)
    }

    @Test func `prefill has a token of its own, unless the decoder does the prefill`() throws {
        let table = SessionTable([
            Self.affinity, .token(header: "x-session-token-prefill", profile: "prefill"),
        ])
        #expect(table.headers == ["x-session-token", "x-session-token-prefill"])
        let both = table.responseHeaders(
            for: try pool.decision(for: "a", prefill: "pod-1"),
            of: .none
        )
        #expect(
            Set(both) == [
                HeaderField("x-session-token", "YQ=="),
                HeaderField("x-session-token-prefill", "cG9kLTE="),
            ]
        )
        let decodeOnly = table.responseHeaders(for: try pool.decision(for: "a"), of: .none)
        #expect(decodeOnly == [HeaderField("x-session-token", "YQ==")])

        let request = sessionRequest(both.map { ($0.name, $0.value) })
        let hints = table.session(of: request, in: pool, at: .sessionStart).hints
        #expect(Set(hints.compactMap { pool.endpoint(for: $0)?.name }) == ["a", "pod-1"])
    }

    @Test func `profiles may have other names`() throws {
        var profiles = SessionTable.Profiles()
        profiles.prefill = "p"
        profiles.encode = "e"
        let table = SessionTable(
            [
                .token(header: "x-p", profile: "p"), .token(header: "x-e", profile: "e"),
                .token(header: "x-prefill", profile: "prefill"),
            ],
            profiles: profiles
        )
        var decision = try pool.decision(for: "a", prefill: "pod-1")
        decision.encoders = [try pool.endpoint(named: "default/pod-2")]
        let headers = table.responseHeaders(for: decision, of: .none)
        #expect(
            Set(headers) == [
                HeaderField("x-p", "cG9kLTE="), HeaderField("x-e", "ZGVmYXVsdC9wb2QtMg=="),
                HeaderField("x-prefill", "YQ=="),
            ]
        )
    }
}
