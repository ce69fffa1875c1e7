package import Domain

/// One KV cache: an endpoint's, or one of its data-parallel ranks', which cache apart.
package struct CacheID: Hashable, Sendable, BitwiseCopyable {
    package let endpoint: EndpointID
    package let rank: UInt16

    /// Storage that every endpoint of the pool reaches. No endpoint has this number.
    package static let shared = CacheID(endpoint: EndpointID(rawValue: .max))

    package init(endpoint: EndpointID, rank: UInt16 = 0) {
        self.endpoint = endpoint
        self.rank = rank
    }
}

/// Which keys can be compared: only those that were computed in the same way. A lookup sees
/// nothing but holders of its own space.
package struct KeySpaceID: Hashable, Sendable, BitwiseCopyable {
    package let rawValue: UInt16
    package init(rawValue: UInt16) { self.rawValue = rawValue }
}

/// A set of blocks of one cache that appears and disappears as one. Opened by whoever writes it.
package struct HolderID: Hashable, Sendable, BitwiseCopyable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }
}

/// How sure a holder's blocks are.
package enum HolderKind: UInt8, Sendable, BitwiseCopyable {
    /// The engine has announced them, and nothing was lost since.
    case confirmed
    /// Known from before events were lost, or from a snapshot.
    case uncertain
    /// Credited when a request was routed; the engine has not announced them.
    case expected
}

/// What storing a block means that the holder has in the same tier already.
package enum CopyCounting: Sendable {
    /// One more copy, which must be removed once more.
    case everyCopy
    /// The same copy again.
    case onlyFirst
}
