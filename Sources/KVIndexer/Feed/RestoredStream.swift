/// What a snapshot knows of one cache: where its publisher's stream was, and the holders that
/// have been filled from the snapshot. They are uncertain until a replay has shown that the
/// stream is still the same one.
package struct RestoredStream: Sendable {
    package let position: StreamPosition
    package let holders: [HolderID]

    package init(position: StreamPosition, holders: [HolderID]) {
        self.position = position
        self.holders = holders
    }
}
