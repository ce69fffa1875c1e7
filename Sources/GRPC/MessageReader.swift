package import Bytes
import CGRPC

/// A cursor over the pieces of one message. Reading never goes past `end`, whatever the lengths
/// inside the message say, and copies only what the caller asks to keep.
@safe package struct MessageReader: ~Escapable {
    private let message: UnsafePointer<grpc_byte_buffer>
    private var nextPiece = 0
    private var piece: UnsafePointer<UInt8>?
    private var pieceRemaining = 0
    package private(set) var position = 0
    package private(set) var end: Int

    @_lifetime(borrow message)
    init(_ message: UnsafePointer<grpc_byte_buffer>, count: Int) {
        unsafe self.message = message
        end = count
    }

    package var remaining: Int { end - position }

    /// Limits reading to the next `count` bytes, as for a nested message. Returns the limit that
    /// held before, for `restore`.
    package mutating func limit(to count: Int) throws(MessageError) -> Int {
        guard 0 <= count, count <= remaining else { throw .truncated }
        defer { end = position + count }
        return end
    }

    package mutating func restore(_ end: Int) { self.end = end }

    package mutating func readByte() throws(MessageError) -> UInt8 {
        guard remaining > 0 else { throw .truncated }
        advanceToData()
        guard let byte = unsafe piece?.pointee else { throw .truncated }
        consume(1)
        return byte
    }

    package mutating func skip(_ count: Int) throws(MessageError) {
        try forEachPiece(of: count) { _ in }
    }

    /// Appends the next `count` bytes to `bytes`.
    package mutating func read(_ count: Int, to bytes: inout GrowingBytes) throws(MessageError) {
        guard 0 <= count, count <= remaining else { throw .truncated }
        bytes.reserve(count)
        try forEachPiece(of: count) { bytes.append($0) }
    }

    /// The next `count` bytes as an array.
    package mutating func readArray(_ count: Int) throws(MessageError) -> [UInt8] {
        var array: [UInt8] = []
        try read(count, to: &array)
        return array
    }

    /// Appends the next `count` bytes to `array`.
    package mutating func read(_ count: Int, to array: inout [UInt8]) throws(MessageError) {
        guard 0 <= count, count <= remaining else { throw .truncated }
        array.reserveCapacity(array.count + count)
        try forEachPiece(of: count) { span in
            unsafe span.withUnsafeBufferPointer { unsafe array.append(contentsOf: $0) }
        }
    }

    private mutating func forEachPiece(
        of count: Int,
        _ body: (Span<UInt8>) -> Void
    ) throws(MessageError) {
        guard 0 <= count, count <= remaining else { throw .truncated }
        var wanted = count
        while wanted > 0 {
            advanceToData()
            guard let start = unsafe piece else { throw .truncated }
            let taken = min(wanted, pieceRemaining)
            unsafe body(UnsafeBufferPointer(start: start, count: taken).span)
            consume(taken)
            wanted -= taken
        }
    }

    /// Moves on to the next piece that has bytes, if the current one is used up.
    private mutating func advanceToData() {
        while pieceRemaining == 0 {
            guard unsafe nextPiece < cgrpc_message_slice_count(message) else {
                unsafe piece = nil
                return
            }
            let slice = unsafe cgrpc_message_slice(message, nextPiece)
            unsafe piece = cgrpc_slice_bytes(slice)
            pieceRemaining = unsafe cgrpc_slice_count(slice)
            nextPiece += 1
        }
    }

    private mutating func consume(_ count: Int) {
        unsafe piece = piece.map { unsafe $0 + count }
        pieceRemaining -= count
        position += count
    }
}
