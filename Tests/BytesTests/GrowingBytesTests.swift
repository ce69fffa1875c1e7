import Bytes
import Testing

@Suite struct GrowingBytesTests {
    @Test func `collected bytes survive growth and sharing`() {
        var bytes = GrowingBytes()
        for round in 0..<100 {
            let piece = [UInt8](repeating: UInt8(round), count: round)
            bytes.append(piece.span)
        }
        let shared = bytes.take()
        #expect(shared.count == 99 * 100 / 2)
        #expect(shared.span[shared.count - 1] == 99)
        #expect(shared.span[0] == 1)
    }

    @Test func `taking what was collected leaves nothing behind`() {
        var bytes = GrowingBytes()
        bytes.append([1, 2].span)
        let first = bytes.take()
        bytes.append([3].span)
        let second = bytes.take()
        #expect(bytes.count == 0)
        #expect(first.count == 2)
        #expect(first.span[0] == 1)
        #expect(second.count == 1)
        #expect(second.span[0] == 3)
    }

    @Test func `reserved memory can be read beyond the text`() {
        var bytes = GrowingBytes()
        bytes.reserve(100)
        bytes.append([1].span)
        #expect(bytes.take().capacity >= 100)
    }
}
