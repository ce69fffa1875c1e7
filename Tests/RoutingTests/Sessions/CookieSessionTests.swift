import Domain
import Randomness
import Routing
import Scheduling
import Testing

@Suite struct CookieSessionTests {
    private static let affinity = SessionAffinity.cookie(name: "warmpath")
    private let names = (0..<100).map { "engine-\($0)" }
    private let table = SessionTable([affinity])

    /// Where a cookie leads to.
    private func name(
        _ value: String,
        by table: SessionTable,
        in pool: EndpointSnapshot
    ) -> String? {
        let request = sessionRequest([("cookie", "x=1; warmpath=\(value)")])
        return pool.endpoint(
            for: table.session(of: request, in: pool, at: .sessionStart).hints.first
        )?
        .name
    }

    private func cookies(_ count: Int) -> [String] {
        var random = SplitMix64(seed: 5)
        return (0..<count).map { _ in String(random.next(), radix: 16) }
    }

    @Test func `a client without a cookie gets one, which leads to the same endpoint`() throws {
        let pool = sessionPool(names)
        let first = table.session(of: sessionRequest(), in: pool, at: .sessionStart)
        let endpoint = try #require(pool.endpoint(for: first.hints.first))
        let decision = try pool.decision(for: endpoint.name)
        let field = try #require(table.responseHeaders(for: decision, of: first).first)
        #expect(field.name == "set-cookie")
        #expect(field.value.hasSuffix("; Path=/; HttpOnly; SameSite=Lax"))

        let cookie = try #require(field.value.split(separator: ";").first)
        let request = sessionRequest([("cookie", String(cookie))])
        let second = table.session(of: request, in: pool, at: .sessionStart)
        #expect(second.hints == first.hints)
        #expect(second.hints.map(\.affinity) == [Self.affinity])
        #expect(table.responseHeaders(for: decision, of: second).isEmpty)
        #expect(table.headers == ["cookie"])
    }

    @Test func `every client gets a cookie of its own`() {
        let pool = sessionPool(["a"])
        let hints = (0..<100).flatMap { _ in
            table.session(of: sessionRequest(), in: pool, at: .sessionStart).hints
        }
        let hashes = hints.map { hint in
            if case .hash(let hash) = hint.target { hash } else { 0 as UInt64 }
        }
        #expect(Set(hashes).count == 100)
    }

    @Test func `replicas agree, whatever they number the endpoints`() {
        let other = SessionTable([Self.affinity])
        let (pool, otherPool) = (sessionPool(names), sessionPool(names.reversed(), firstID: 500))
        for cookie in cookies(500) {
            #expect(name(cookie, by: table, in: pool) == name(cookie, by: other, in: otherPool))
        }
    }

    /// The hash must not change from version to version either.
    @Test func `a known cookie leads where it always did`() {
        let pool = sessionPool(names)
        let request = sessionRequest([("cookie", "warmpath=a")])
        // FNV-1a of one byte, from its authors' test vectors.
        let hint = SessionHint(affinity: Self.affinity, target: .hash(0xAF63_DC4C_8601_EC8C))
        #expect(table.session(of: request, in: pool, at: .sessionStart).hints == [hint])
    }

    @Test func `an endpoint that leaves moves its own sessions only`() {
        let pool = sessionPool(names)
        let smaller = sessionPool(names.filter { $0 != "engine-42" }, generation: 2)
        var moved = 0
        for cookie in cookies(5000) {
            let before = name(cookie, by: table, in: pool)
            let after = name(cookie, by: table, in: smaller)
            if before == "engine-42" { moved += 1 } else { #expect(before == after) }
        }
        // 50 are expected, with a deviation of 7.
        #expect((15...85).contains(moved))
    }

    @Test func `sessions are spread evenly`() {
        let pool = sessionPool(names)
        var counts: [String: Int] = [:]
        for cookie in cookies(20_000) {
            counts[name(cookie, by: table, in: pool) ?? "", default: 0] += 1
        }
        #expect(counts.count == 100)
        // 200 are expected at each, with a deviation of 14.
        #expect(counts.values.allSatisfy { (130...270).contains($0) })
    }

    @Test func `ways to keep sessions work side by side`() throws {
        let table = SessionTable([
            Self.affinity, .token(header: "x-session-token", profile: nil),
            .bound(headers: ["x-session-id"], lifetime: .seconds(300)),
        ])
        let pool = sessionPool(["a", "b"])
        let request = sessionRequest([("x-session-id", "s"), ("x-session-token", "YQ==")])
        let decision = try pool.decision(for: "b")
        let first = table.session(of: request, in: pool, at: .sessionStart)
        #expect(first.hints.count == 2)
        table.picked(decision, for: first, at: .sessionStart)
        #expect(table.session(of: request, in: pool, at: .sessionStart).hints.count == 3)
        let headers = table.responseHeaders(for: decision, of: first)
        #expect(Set(headers.map(\.name)) == ["set-cookie", "x-session-token"])
        #expect(table.headers == ["cookie", "x-session-token", "x-session-id"])
    }

    @Test func `without a way to keep sessions nothing is looked at`() throws {
        let table = SessionTable([])
        let pool = sessionPool(["a"])
        let session = table.session(
            of: sessionRequest([("cookie", "a=b")]),
            in: pool,
            at: .sessionStart
        )
        #expect(session.hints.isEmpty)
        #expect(table.headers.isEmpty)
        #expect(table.responseHeaders(for: try pool.decision(for: "a"), of: session).isEmpty)
    }
}
