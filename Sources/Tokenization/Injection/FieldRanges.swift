/// Where the values of one object's fields are in a JSON text, in the order of the text.
///
/// Invariant: the text is one that `JSONDocument` has accepted, so the k-th range belongs to the
/// k-th field that `JSONValue.forEachField` gives, and nothing here needs to check syntax. Even
/// so, no text can make the walk trap or leave the text's bounds.
struct FieldRanges {
    private let values: [Range<Int>]

    /// The bytes of the value of field `index`, counted from 0. Nil beyond the last field.
    subscript(index: Int) -> Range<Int>? {
        values.indices.contains(index) ? values[index] : nil
    }

    /// Walks the object whose `{` is the first byte at or after `start` that is not whitespace.
    /// Reads no further than the object's end. Linear in the bytes read.
    init(ofObjectIn text: Span<UInt8>, from start: Int = 0) {
        var walk = Walk(position: start)
        var values: [Range<Int>] = []
        walk.skipSpace(text)
        walk.position += 1  // the brace
        while true {
            walk.skipSpace(text)
            guard text.byte(at: walk.position) == UInt8(ascii: "\"") else { break }
            walk.skipString(text)
            walk.skipSpace(text)
            walk.position += 1  // the colon
            walk.skipSpace(text)
            let start = min(walk.position, text.count)
            walk.skipValue(text)
            values.append(start..<max(start, min(walk.position, text.count)))
            walk.skipSpace(text)
            guard text.byte(at: walk.position) == UInt8(ascii: ",") else { break }
            walk.position += 1
        }
        self.values = values
    }

    private struct Walk {
        var position: Int

        mutating func skipSpace(_ text: Span<UInt8>) {
            while let byte = text.byte(at: position), byte.isJSONSpace { position += 1 }
        }

        /// From the opening quote to behind the closing one.
        mutating func skipString(_ text: Span<UInt8>) {
            position += 1
            while let byte = text.byte(at: position) {
                position += byte == UInt8(ascii: "\\") ? 2 : 1
                if byte == UInt8(ascii: "\"") { return }
            }
        }

        mutating func skipValue(_ text: Span<UInt8>) {
            var depth = 0
            while let byte = text.byte(at: position) {
                switch byte {
                case UInt8(ascii: "\""):
                    skipString(text)
                    if depth == 0 { return }
                case UInt8(ascii: "{"), UInt8(ascii: "["):
                    depth += 1
                    position += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"):
                    if depth == 0 { return }  // of the object around a number or a literal
                    depth -= 1
                    position += 1
                    if depth == 0 { return }
                case UInt8(ascii: ",") where depth == 0: return
                case _ where depth == 0 && byte.isJSONSpace: return
                default: position += 1
                }
            }
        }
    }
}

extension Span<UInt8> {
    fileprivate func byte(at position: Int) -> UInt8? {
        position < count ? self[position] : nil
    }

    /// The position of the first byte that is not whitespace, `count` if there is none.
    func firstNonSpace(from start: Int = 0) -> Int {
        var position = start
        while let byte = byte(at: position), byte.isJSONSpace { position += 1 }
        return position
    }

    /// A copy in which what `write` appends stands in the place of `range`, and all else is as it
    /// was. Allocates once if `write` appends at most `bytesMax` bytes.
    func replacing(
        _ range: Range<Int>,
        bytesMax: Int,
        with write: (inout [UInt8]) -> Void
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count - range.count + bytesMax)
        unsafe extracting(..<range.lowerBound).withUnsafeBufferPointer {
            unsafe bytes.append(contentsOf: $0)
        }
        write(&bytes)
        unsafe extracting(range.upperBound...).withUnsafeBufferPointer {
            unsafe bytes.append(contentsOf: $0)
        }
        return bytes
    }
}

extension UInt8 {
    fileprivate var isJSONSpace: Bool {
        self == 0x20 || self == 0x0A || self == 0x0D || self == 0x09
    }
}
