import Bytes
import GRPC
import Testing

@Suite struct MessageReaderTests {
    @Test func `bytes are read across the borders of pieces`() throws {
        let message = ReceivedMessage(copying: [[1, 2], [], [3], [4, 5, 6]])
        var reader = message.reader
        #expect(message.count == 6)
        #expect(try reader.readByte() == 1)
        #expect(try reader.readArray(3) == [2, 3, 4])
        try reader.skip(1)
        #expect(try reader.readByte() == 6)
        #expect(reader.remaining == 0)
        #expect(throws: MessageError.truncated) { try reader.readByte() }
    }

    @Test(arguments: [-1, 4, Int.max])
    func `a length beyond the end is refused and reads nothing`(count: Int) {
        let message = ReceivedMessage(copying: [[1], [2, 3]])
        var reader = message.reader
        var bytes = GrowingBytes()
        #expect(throws: MessageError.truncated) { try reader.read(count, to: &bytes) }
        #expect(throws: MessageError.truncated) { try reader.skip(count) }
        #expect(throws: MessageError.truncated) { try reader.limit(to: count) }
        #expect(bytes.count == 0)
        #expect(reader.position == 0)
    }

    @Test func `a limit holds until it is restored`() throws {
        let message = ReceivedMessage(copying: [[1, 2, 3, 4]])
        var reader = message.reader
        let outer = try reader.limit(to: 2)
        try reader.skip(2)
        #expect(throws: MessageError.truncated) { try reader.readByte() }
        reader.restore(outer)
        #expect(try reader.readByte() == 3)
    }
}
