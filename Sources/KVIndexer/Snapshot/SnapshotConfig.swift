/// Where the index is saved, and whence it is loaded at the start.
package struct SnapshotConfig: Equatable, Sendable {
    /// Nil: it is not saved.
    package var path: String?
    /// Between two saves. Shorter loses less in a crash, and writes more.
    package var intervalSeconds = 60
    /// An older snapshot is refused: engines have evicted much of what it tells.
    package var ageMaxSeconds = 900
    /// `http://host:port` of another replica's admin port, to load the index from.
    package var peer: String?

    package init() {}
}
