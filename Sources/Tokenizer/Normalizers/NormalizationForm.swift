/// One of the four forms of Unicode normalization, over UTF-8.
///
/// Text that is in the form is recognized without being taken apart. Whatever else is there is
/// taken apart from the scalar before it that nothing joins backwards, up to the next such one.
/// Linear in the text, however many marks follow each other.
enum NormalizationForm: UInt16, Sendable {
    case nfd = 1
    case nfkd = 2
    case nfc = 4
    case nfkc = 8

    /// The bit of `NormalizationData`'s traits for scalars that this form may change.
    var trait: UInt16 { rawValue << 8 }

    var composes: Bool { self == .nfc || self == .nfkc }
    var isCompatible: Bool { self == .nfkd || self == .nfkc }

    func leavesUnchanged(_ text: Span<UInt8>) -> Bool { nextSegment(in: text, from: 0) == nil }

    func normalize(_ text: Span<UInt8>, to output: inout [UInt8]) {
        var copied = 0
        var worker = SegmentNormalizer(form: self)
        while let segment = nextSegment(in: text, from: copied) {
            output.append(text, in: copied..<segment.lowerBound)
            worker.normalize(text, in: segment, to: &output)
            copied = segment.upperBound
        }
        output.append(text, in: copied..<text.count)
    }

    /// The first part of the text that may change. `start` is a boundary: nothing before it
    /// joins what follows.
    private func nextSegment(in text: Span<UInt8>, from start: Int) -> Range<Int>? {
        let data = NormalizationData.shared
        // NFC changes nothing below U+0300, whose first byte this is.
        let plainLead: UInt8 = self == .nfc ? 0xCC : 0x80
        var boundary = start
        var index = start
        var previousClass: UInt8 = 0
        while index < text.count {
            let byte = text[index]
            if byte < plainLead {
                boundary = index
                previousClass = 0
                index += byte < 0xC2 ? 1 : 2
                while byte < 0x80, text.count - index >= 8,
                    text.eightBytes(at: index) & 0x8080_8080_8080_8080 == 0
                {
                    index += 8
                    boundary = index - 1
                }
                continue
            }
            let scalar = text.utf8Scalar(at: index)
            let traits = data.traits(of: scalar.value)
            let combiningClass = UInt8(truncatingIfNeeded: traits)
            if traits & trait != 0 || combiningClass != 0 && combiningClass < previousClass {
                return boundary..<segmentEnd(in: text, from: index + scalar.byteCount)
            }
            if combiningClass == 0 { boundary = index }
            previousClass = combiningClass
            index += scalar.byteCount
        }
        return nil
    }

    /// The first scalar from `start` on that stays itself and joins nothing before it.
    private func segmentEnd(in text: Span<UInt8>, from start: Int) -> Int {
        var index = start
        while index < text.count {
            let scalar = text.utf8Scalar(at: index)
            let traits = NormalizationData.shared.traits(of: scalar.value)
            if traits & (trait | 0xFF) == 0 { return index }
            index += scalar.byteCount
        }
        return index
    }
}
