/// What has been found out about how an engine names its blocks.
package enum BlockKeyFinding: Hashable, Sendable {
    case undecided
    /// The engine's own hashes can be computed from a prompt. The scheme's style of extra keys is
    /// the newest that agrees with all that was announced.
    case engineHash(BlockKeyScheme)
    /// They cannot, by any scheme known here: blocks need keys of our own.
    case requestKey
}

/// Whether a scheme names blocks as an engine did.
package enum BlockKeyVerification: Hashable, Sendable {
    /// It does.
    ///
    /// - Parameter adapterPath: Which of the paths tried the engine has hashed. Nil if none.
    case reproduced(adapterPath: String?)
    case differs
    /// The event has no tokens, follows a block whose whole hash is not known, or is too large.
    case unknown
}
