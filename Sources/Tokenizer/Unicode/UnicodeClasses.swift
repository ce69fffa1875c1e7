/// The classes of every code point, as a table of two stages: the page of a code point, then its
/// place in that page. Equal pages are kept once, which makes 1.1 million entries 50 KB.
struct UnicodeClasses: Sendable {
    /// Unicode 16, as in HF tokenizers 0.23 and tiktoken. System libraries lag behind it.
    static let unicode16 = UnicodeClasses(runs: unicodeClassRuns)

    private static let scalarCount = 0x110000
    private static let pageSize = 256

    /// Page 0 comes first, so the entry of a Latin-1 code point is at that index.
    let pages: [UInt8]
    private let pageOfScalar: [UInt8]

    /// One scalar of a text.
    struct Scalar {
        let classes: UnicodeClass
        let byteCount: Int
    }

    private init(runs: [UInt32]) {
        var flags = [UInt8](repeating: 0, count: Self.scalarCount)
        for (index, run) in runs.enumerated() {
            let next = index + 1 < runs.count ? Int(runs[index + 1] >> 8) : Self.scalarCount
            let value = UInt8(truncatingIfNeeded: run)
            if value != 0 { for scalar in Int(run >> 8)..<next { flags[scalar] = value } }
        }
        var pages: [UInt8] = []
        var pageOfScalar: [UInt8] = []
        var numbers: [ArraySlice<UInt8>: UInt8] = [:]
        for start in stride(from: 0, to: Self.scalarCount, by: Self.pageSize) {
            let page = flags[start..<start + Self.pageSize]
            if let number = numbers[page] {
                pageOfScalar.append(number)
            } else {
                let number = UInt8(numbers.count)  // traps if there are ever more than 256
                numbers[page] = number
                pageOfScalar.append(number)
                pages += page
            }
        }
        (self.pages, self.pageOfScalar) = (pages, pageOfScalar)
    }

    subscript(scalar: UInt32) -> UnicodeClass {
        guard scalar < Self.scalarCount else { return [] }
        let page = Int(pageOfScalar[Int(scalar >> 8)])
        return UnicodeClass(rawValue: pages[page << 8 | Int(scalar & 0xFF)])
    }

    /// The scalar that starts at `index`. A byte that starts none is a scalar of no class.
    @inline(__always)
    func scalar(in text: Span<UInt8>, at index: Int) -> Scalar {
        let byte = text[index]
        guard byte >= 0x80 else {
            return Scalar(classes: UnicodeClass(rawValue: pages[Int(byte)]), byteCount: 1)
        }
        return multibyteScalar(in: text, at: index)
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
    private func multibyteScalar(in text: Span<UInt8>, at index: Int) -> Scalar {
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
