/// Runs of letters, most of any text, eight bytes at a time.
enum LetterRun {
    /// How many ASCII letters `bytes` begins with, the first byte in the lowest bits.
    @inline(__always)
    static func asciiCount(_ bytes: UInt64) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highBits = ones &* 0x80
        // Lower case, and no high bits, so that no sum carries into the next byte. A sum's high
        // bit says that the byte is at least "a", or beyond "z".
        let lower = (bytes | ones &* 0x20) & ~highBits
        let fromA = lower &+ ones &* UInt64(0x80 - 0x61)
        let beyondZ = lower &+ ones &* UInt64(0x80 - 0x7B)
        let letters = fromA & ~beyondZ & ~bytes & highBits
        return (~letters & highBits).trailingZeroBitCount >> 3
    }
}

extension UnicodeClasses {
    /// Where the run of `\p{L}` that `start` is in, or ends, ends.
    @inline(__always)
    func lettersEnd(in text: Span<UInt8>, from start: Int) -> Int {
        var index = start
        while index < text.count {
            if text.count - index >= 8 {
                let count = LetterRun.asciiCount(text.eightBytes(at: index))
                index += count
                if count == 8 { continue }
                if text[index] < 0x80 { return index }
            }
            let scalar = scalar(in: text, at: index)
            guard scalar.classes.contains(.letter) else { return index }
            index += scalar.byteCount
        }
        return index
    }
}

extension Span<UInt8> {
    /// Eight bytes, the first in the lowest bits.
    @inline(__always)
    func eightBytes(at index: Int) -> UInt64 {
        precondition(index >= 0 && index <= count - 8)
        // In bounds by the precondition; every word is read this way.
        let bytes = unsafe self.bytes
        return UInt64(
            littleEndian: unsafe bytes.unsafeLoadUnaligned(
                fromUncheckedByteOffset: index,
                as: UInt64.self
            )
        )
    }
}
