package import BlockKeys

/// Something that an engine hashed into a block beside tokens, where it lies in the payload.
package struct EncodedExtra: Equatable, Sendable {
    package enum Kind: Equatable, Sendable {
        /// A bare string: a cache salt, or an image without its place.
        case text
        /// Bare bytes: the digest of a prompt embedding.
        case bytes
        /// An image, by its identifier. Its placeholder begins `offset` tokens into the block;
        /// below zero if it begins in an earlier one.
        case located(offset: Int)
    }

    /// Counts from the first block of the event.
    package var block: Int
    package var kind: Kind
    /// Where the string, the bytes or the image's identifier lie.
    var range: Range<Int>

    /// This as an image, or nil if no block is as far away.
    func located(at offset: Int32?) -> EncodedExtra? {
        offset.map { EncodedExtra(block: block, kind: .located(offset: Int($0)), range: range) }
    }

    /// - Parameter payload: The batch that this was read from.
    package func identifier(in payload: Span<UInt8>) -> [UInt8] {
        let bytes = payload.extracting(range)
        var identifier: [UInt8] = []
        identifier.reserveCapacity(bytes.count)
        for index in bytes.indices { identifier.append(bytes[index]) }
        return identifier
    }

    /// - Parameter payload: The batch that this was read from.
    package func blockExtra(in payload: Span<UInt8>) -> BlockExtra {
        let identifier = identifier(in: payload)
        return switch kind {
        case .text: BlockExtra(block: block, identifier: identifier)
        case .bytes: BlockExtra(block: block, identifier: identifier, kind: .promptEmbedding)
        case .located(let offset):
            BlockExtra(block: block, identifier: identifier, offset: offset)
        }
    }
}
