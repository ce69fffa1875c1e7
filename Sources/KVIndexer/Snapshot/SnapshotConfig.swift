/// Whether the index outlives the process, and where its blocks come from when it starts.
package struct SnapshotConfig: Equatable, Sendable {
    /// The file that is written and, at start, read. Nil: none. Needs room for two.
    package var path: String?
    /// Between the end of one save and the beginning of the next. What happened since the last
    /// one must be replayed by the engines, or is uncertain after a crash.
    package var intervalSeconds = 60
    /// An older snapshot is refused: engines have forgotten most of what it holds.
    package var ageMaxSeconds = 900
    /// A larger one is refused. Some 9 bytes a block are usual, and 16 more for each one that is
    /// kept under a key of our own.
    package var bytesMax = 64 << 30
    /// `http://host:port` of another replica's metrics port, asked for a snapshot if there is no
    /// file that can be used. Needs `path`, beside which the download is kept for the moment.
    package var peerURL: String?
    package var peerTimeoutSeconds = 120

    package init() {}

    /// Called once, at start: a config that exists past this point is a config that works.
    package func validated() throws(SnapshotConfigError) -> Self {
        guard intervalSeconds > 0 else { throw .tooSmall("intervalSeconds") }
        guard ageMaxSeconds > 0 else { throw .tooSmall("ageMaxSeconds") }
        guard bytesMax > 0 else { throw .tooSmall("bytesMax") }
        guard peerTimeoutSeconds > 0 else { throw .tooSmall("peerTimeoutSeconds") }
        guard peerURL == nil || path != nil else { throw .peerNeedsPath }
        return self
    }
}

package enum SnapshotConfigError: Error, Equatable, Sendable {
    /// Must be at least 1.
    case tooSmall(String)
    case peerNeedsPath
}
