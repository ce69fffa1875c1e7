/// The classes of every code point, as a table of two stages: the page of a code point, then its
/// place in that page. Equal pages are kept once, which makes 1.1 million entries 83 KB.
///
/// Thread safety: the tables never change, and are never freed: there is one set of them.
@safe struct UnicodeClasses: @unchecked Sendable {
    /// Unicode 16, as in HF tokenizers 0.23 and tiktoken. System libraries lag behind it.
    static let unicode16 = UnicodeClasses(sets: unicodeClassSets, runs: unicodeClassRuns)

    private static let scalarCount: UInt32 = 0x110000
    private static let pageBits: UInt32 = 7
    private static let pageSize = 1 << Int(pageBits)

    /// Where the page of every 128 code points starts in `pages`. That of ASCII starts at 0.
    private let pageStarts: UnsafePointer<UInt16>
    private let pages: UnsafePointer<UInt16>

    /// One scalar of a text.
    struct Scalar {
        let classes: UnicodeClass
        let byteCount: Int
    }

    private init(sets: [UInt16], runs: [UInt32]) {
        var classes = [UInt16](repeating: 0, count: Int(Self.scalarCount))
        for (index, run) in runs.enumerated() {
            let next = index + 1 < runs.count ? runs[index + 1] >> 8 : Self.scalarCount
            let value = sets[Int(run & 0xFF)]
            if value != 0 { for scalar in run >> 8..<next { classes[Int(scalar)] = value } }
        }
        var pages: [UInt16] = []
        var pageStarts: [UInt16] = []
        var known: [ArraySlice<UInt16>: UInt16] = [:]
        for start in stride(from: 0, to: classes.count, by: Self.pageSize) {
            let page = classes[start..<start + Self.pageSize]
            let pageStart = known[page] ?? UInt16(pages.count)  // traps if the pages are too many
            if known.updateValue(pageStart, forKey: page) == nil { pages += page }
            pageStarts.append(pageStart)
        }
        unsafe self.pages = Self.permanent(pages)
        unsafe self.pageStarts = Self.permanent(pageStarts)
    }

    private static func permanent(_ values: [UInt16]) -> UnsafePointer<UInt16> {
        let copy = UnsafeMutableBufferPointer<UInt16>.allocate(capacity: max(values.count, 1))
        _ = unsafe copy.initialize(from: values)
        guard let start = copy.baseAddress else { preconditionFailure("it has capacity") }
        return unsafe UnsafePointer(start)
    }

    @inline(__always)
    subscript(scalar: UInt32) -> UnicodeClass {
        guard scalar < Self.scalarCount else { return [] }
        return self[valid: scalar]
    }

    /// In bounds: every code point has a page, and every page all its entries.
    @inline(__always)
    private subscript(valid scalar: UInt32) -> UnicodeClass {
        let page = unsafe Int(pageStarts[Int(scalar >> Self.pageBits)])
        let place = Int(scalar) & (Self.pageSize - 1)
        return UnicodeClass(rawValue: unsafe pages[page + place])
    }

    @inline(__always)
    subscript(ascii byte: UInt8) -> UnicodeClass {
        // In bounds: the first page is that of ASCII.
        UnicodeClass(rawValue: unsafe pages[Int(byte & 0x7F)])
    }

    /// The scalar that starts at `index`. A byte that starts none is a scalar of no class.
    @inline(__always)
    func scalar(in text: Span<UInt8>, at index: Int) -> Scalar {
        let byte = text[index]
        if byte < 0x80 { return Scalar(classes: self[ascii: byte], byteCount: 1) }
        guard byte < 0xF0, text.count - index >= 4 else {
            return anyMultibyteScalar(in: text, at: index)
        }
        // Of four bytes, the first in the lowest bits, two or three are the scalar.
        let bytes = unsafe text.fourBytes(uncheckedAt: index)
        if byte < 0xE0 {
            guard byte >= 0xC2, bytes & 0xC000 == 0x8000 else {
                return Scalar(classes: [], byteCount: 1)
            }
            let value = (bytes & 0x1F) << 6 | bytes >> 8 & 0x3F
            return Scalar(classes: self[valid: value], byteCount: 2)
        }
        guard bytes & 0xC0_C000 == 0x80_8000 else { return Scalar(classes: [], byteCount: 1) }
        let value = (bytes & 0x0F) << 12 | bytes >> 2 & 0xFC0 | bytes >> 16 & 0x3F
        return Scalar(classes: self[valid: value], byteCount: 3)
    }

    /// The scalar that ends before `index`, which is not 0.
    func scalar(in text: Span<UInt8>, before index: Int) -> Scalar {
        var start = index - 1
        while start > 0, index - start < 4, text[start] & 0xC0 == 0x80 { start -= 1 }
        let whole = scalar(in: text, at: start)
        if start + whole.byteCount == index { return whole }
        return Scalar(classes: [], byteCount: 1)
    }

    @inline(never)
    private func anyMultibyteScalar(in text: Span<UInt8>, at index: Int) -> Scalar {
        let lead = text[index]
        let byteCount = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
        guard lead >= 0xC2, lead <= 0xF4, text.count - index >= byteCount else {
            return Scalar(classes: [], byteCount: 1)
        }
        var value = UInt32(lead & (0x7F >> UInt8(byteCount)))
        for offset in 1..<byteCount {
            let byte = text[index + offset]
            guard byte & 0xC0 == 0x80 else { return Scalar(classes: [], byteCount: 1) }
            value = value << 6 | UInt32(byte & 0x3F)
        }
        return Scalar(classes: self[value], byteCount: byteCount)
    }
}
