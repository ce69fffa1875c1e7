package import Domain
package import Scheduling

/// Keeps the sessions of clients, in each of the configured ways.
///
/// For each request: `session` before its endpoint is picked, `picked` after that, and
/// `responseHeaders` when it is answered.
///
/// Thread safety: every method may be called from any thread.
package final class SessionTable: Sendable {
    /// The profiles whose picks are not the endpoint that serves the request.
    package struct Profiles: Sendable {
        package var prefill = InferencePhase.prefill.rawValue
        package var encode = InferencePhase.encode.rawValue

        package init() {}
    }

    private enum Way: Sendable {
        case token(header: String, profile: String?)
        case bound(sources: [NameSource], BoundSessions)
        case cookie(name: String)
    }

    private let ways: [(affinity: SessionAffinity, way: Way)]
    private let profiles: Profiles
    package let affinities: Set<SessionAffinity>
    /// Request headers that are looked at, in lower case.
    package let headers: Set<String>

    /// - Parameter previous: its sessions go on, in each way that stays as it was.
    package init(
        _ affinities: Set<SessionAffinity>,
        profiles: Profiles = Profiles(),
        after previous: SessionTable? = nil
    ) {
        self.affinities = affinities
        ways = affinities.map { affinity in
            let kept = previous?.ways.first { $0.affinity == affinity }
            return (affinity, kept?.way ?? Self.way(of: affinity))
        }
        self.profiles = profiles
        headers = ways.reduce(into: []) { headers, entry in
            switch entry.way {
            case .token(let header, _): headers.insert(header)
            case .bound(let sources, _): headers.formUnion(sources.map(\.headerName))
            case .cookie: headers.insert(RequestCookies.headerName)
            }
        }
    }

    /// What a request says of its session. Makes one up for a client without a cookie.
    package func session(
        of request: InferenceRequest,
        in snapshot: EndpointSnapshot,
        at now: ContinuousClock.Instant
    ) -> RequestSession {
        var session = RequestSession.none
        for (affinity, way) in ways {
            let target: SessionHint.Target?
            switch way {
            case .token(let header, _):
                target = request.header(header)
                    .flatMap { SessionToken.endpoint(of: $0, in: snapshot) }
                    .map { .endpoint($0) }
            case .bound(let sources, let table):
                target = Self.boundEndpoint(
                    of: request,
                    by: sources,
                    in: table,
                    snapshot,
                    now,
                    noting: &session
                ).map { .endpoint($0) }
            case .cookie(let name):
                target = .hash(Self.cookieHash(name, of: request, noting: &session))
            }
            if let target { session.hints.append(SessionHint(affinity: affinity, target: target)) }
        }
        return session
    }

    /// Binds the sessions that the request names and that are not bound to an endpoint of the
    /// pool.
    package func picked(
        _ decision: RoutingDecision,
        for session: RequestSession,
        at now: ContinuousClock.Instant
    ) {
        for name in session.names {
            name.table.use(
                name.key,
                at: decision.endpoint.id,
                insteadOf: name.departed,
                now: now
            )
        }
    }

    /// What the client needs to come back: tokens, and a cookie if it had none.
    package func responseHeaders(
        for decision: RoutingDecision,
        of session: RequestSession
    ) -> [HeaderField] {
        var fields = session.newCookies
        for case .token(let header, let profile) in ways.lazy.map(\.way)
        where !fields.contains(where: { $0.name == header }) {
            guard let endpoint = endpoint(of: profile, in: decision) else { continue }
            fields.append(HeaderField(header, SessionToken.encode(endpoint)))
        }
        return fields
    }

    private func endpoint(of profile: String?, in decision: RoutingDecision) -> Endpoint? {
        switch profile {
        case profiles.prefill: decision.prefill?.endpoint
        case profiles.encode: decision.encoders.first
        default: decision.endpoint
        }
    }

    private static func way(of affinity: SessionAffinity) -> Way {
        switch affinity {
        case .token(let header, let profile):
            .token(header: header.lowercased(), profile: profile)
        case .bound(let headers, let lifetime):
            .bound(sources: headers.map(NameSource.init), BoundSessions(lifetime: lifetime))
        case .cookie(let name): .cookie(name: name)
        }
    }

    private static func boundEndpoint(
        of request: InferenceRequest,
        by sources: [NameSource],
        in table: BoundSessions,
        _ snapshot: EndpointSnapshot,
        _ now: ContinuousClock.Instant,
        noting session: inout RequestSession
    ) -> EndpointID? {
        guard let name = sources.lazy.compactMap({ $0.name(in: request) }).first else {
            return nil
        }
        let key = SessionKey(name)
        let bound = table.endpoint(of: key, at: now)
        let isThere = bound.map { snapshot.position(of: $0) != nil } ?? true
        let departed = isThere ? nil : bound
        session.names.append(RequestSession.Name(key: key, table: table, departed: departed))
        return isThere ? bound : nil
    }

    private static func cookieHash(
        _ name: String,
        of request: InferenceRequest,
        noting session: inout RequestSession
    ) -> UInt64 {
        if let value = RequestCookies.value(of: name, in: request.headers) {
            return SessionCookie.hash(of: value)
        }
        let cookie = SessionCookie.random(named: name)
        session.newCookies.append(cookie.field)
        return cookie.hash
    }
}
