/// What a snapshot knows of one cache: where its publisher's stream was, and the blocks that
/// the snapshot has brought. They are uncertain until a replay has shown that the
/// stream is still the same one.
package struct RestoredStream: Sendable {
    package let position: StreamPosition
    package let blocks: RestoredBlocks

    package init(position: StreamPosition, blocks: RestoredBlocks) {
        self.position = position
        self.blocks = blocks
    }
}
