package import Domain

/// One way in which requests of a session find back to the endpoint of the ones before.
package enum SessionAffinity: Hashable, Sendable {
    /// Responses carry the endpoint's name in base64, and clients send it back (llm-d's strategy
    /// `encoded_endpoint_header`).
    ///
    /// - Parameter profile: whose pick is meant. Nil: the endpoint that serves the request.
    case token(header: String, profile: String?)
    /// Clients name their session in one of these headers, and it is bound to the endpoint of its
    /// first request for `lifetime` after its last one (llm-d's `session_id`).
    case bound(headers: [String], lifetime: Duration)
    /// Responses set a cookie, whose hash names the endpoint: every replica of us and every later
    /// run finds the same one, with nothing kept.
    case cookie(name: String)
}

/// What a request's session says of one way in which sessions are kept.
package struct SessionHint: Equatable, Sendable {
    package enum Target: Equatable, Sendable {
        case endpoint(EndpointID)
        /// The endpoint is the candidate that comes first for this hash
        /// (`SessionHint.rank(of:for:)`).
        case hash(UInt64)
    }

    package let affinity: SessionAffinity
    package let target: Target

    package init(affinity: SessionAffinity, target: Target) {
        self.affinity = affinity
        self.target = target
    }

    /// Rendezvous hashing: of all endpoints, the one with the greatest rank is the session's.
    /// When it leaves the pool only its own sessions move. The same in every process.
    package static func rank(of endpoint: Endpoint, for session: UInt64) -> UInt64 {
        rank(ofNameHash: endpoint.nameHash, for: session)
    }

    /// - Parameter nameHash: `Endpoint.nameHash`.
    package static func rank(ofNameHash nameHash: UInt64, for session: UInt64) -> UInt64 {
        // The finalizer of MurmurHash3.
        var value = nameHash ^ session
        value = (value ^ (value >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        value = (value ^ (value >> 33)) &* 0xC4CE_B9FE_1A85_EC53
        return value ^ (value >> 33)
    }

    /// Which of the candidates is the session's, as an index among them. Nil: none of them is.
    package func index(among candidates: Candidates, in snapshot: EndpointSnapshot) -> Int? {
        switch target {
        case .endpoint(let id):
            guard let position = snapshot.position(of: id) else { return nil }
            return candidates.positions.firstIndex { Int($0) == position }
        case .hash(let session):
            var best: (index: Int, rank: UInt64)?
            for index in 0..<candidates.count {
                let hash = snapshot.endpoints[candidates[index]].nameHash
                let rank = Self.rank(ofNameHash: hash, for: session)
                if let best, best.rank >= rank { continue }
                best = (index, rank)
            }
            return best?.index
        }
    }
}
