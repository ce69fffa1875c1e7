/// Writes the tuple of a block's extra keys as vLLM serializes it, for one block after another.
///
/// Pickle numbers whatever it may have to repeat: here the parent is 0 and the tuple of tokens 1.
/// vLLM's tags are constants, the same object each time, so that the second time refers to the
/// first. Names and identifiers are objects of their own even if they are equal.
struct ExtraKeyWriter: Sendable {
    enum Form: Sendable {
        /// Python's pickle, protocol 5.
        case pickle
        case cbor
    }

    let form: Form
    var output = HashedBytes()
    private var nextMemo = 2
    private var mediaTagMemo: Int?

    init(_ form: Form) { self.form = form }

    /// Forgets what was written, but keeps its room.
    mutating func begin() {
        output.removeAll()
        nextMemo = 2
        mediaTagMemo = nil
    }

    /// Writes what stands for no extra keys, and all that follows them.
    mutating func finishWithout() {
        switch form {
        case .pickle: output.append(0x4E)  // NONE
        case .cbor: output.appendCBORNull()
        }
        finish()
    }

    /// Writes all that follows the extra keys: the end of the block's own tuple.
    mutating func finish() {
        guard form == .pickle else { return }
        endTuple(of: 3)
        output.append(UInt8(ascii: "."))
    }

    /// Writes a text that is all there is.
    mutating func appendWhole(_ text: some Collection<UInt8>) {
        begin()
        guard form == .pickle else { return output.appendCBOR(.text, of: text) }
        appendPickled(text, short: 0x8C, long: UInt8(ascii: "X"))
        output.append(UInt8(ascii: "."))
        output.beginPickle()
    }

    mutating func beginTuple(of count: Int) {
        switch form {
        case .pickle: if count > 3 { output.append(UInt8(ascii: "(")) }
        case .cbor: output.appendCBOR(.array, UInt64(count))
        }
    }

    mutating func endTuple(of count: Int) {
        guard form == .pickle else { return }
        // TUPLE, or TUPLE1 to TUPLE3.
        output.append(count > 3 ? UInt8(ascii: "t") : 0x84 + UInt8(count))
        memoize()
    }

    mutating func append(_ text: some Collection<UInt8>) {
        switch form {
        case .pickle:
            // SHORT_BINUNICODE, or BINUNICODE.
            appendPickled(text, short: 0x8C, long: UInt8(ascii: "X"))
        case .cbor: output.appendCBOR(.text, of: text)
        }
    }

    mutating func append(digest: [UInt8]) {
        switch form {
        case .pickle:
            // SHORT_BINBYTES, or BINBYTES.
            appendPickled(digest, short: UInt8(ascii: "C"), long: UInt8(ascii: "B"))
        case .cbor: output.appendCBOR(.bytes, of: digest)
        }
    }

    mutating func appendMediaTag() {
        if form == .pickle, let mediaTagMemo {
            output.append(UInt8(ascii: "h"))  // BINGET
            return output.append(UInt64(mediaTagMemo), byteCount: 1)
        }
        mediaTagMemo = nextMemo
        append("mm".utf8)
    }

    mutating func append(_ number: Int32) {
        guard form == .pickle else { return output.appendCBOR(Int(number)) }
        let bits = UInt64(UInt32(bitPattern: number))
        switch number {
        case 0...0xFF: appendPickled(bits, opcode: UInt8(ascii: "K"), byteCount: 1)
        case 0...0xFFFF: appendPickled(bits, opcode: UInt8(ascii: "M"), byteCount: 2)
        default: appendPickled(bits, opcode: UInt8(ascii: "J"), byteCount: 4)
        }
    }

    // MARK: Pickle

    private mutating func appendPickled(_ bits: UInt64, opcode: UInt8, byteCount: Int) {
        output.append(opcode)
        output.append(bits, byteCount: byteCount)
    }

    private mutating func appendPickled(
        _ content: some Collection<UInt8>,
        short: UInt8,
        long: UInt8
    ) {
        let count = content.count
        let isShort = count < 256
        appendPickled(UInt64(count), opcode: isShort ? short : long, byteCount: isShort ? 1 : 4)
        output.append(content)
        memoize()
    }

    private mutating func memoize() {
        output.append(0x94)
        nextMemo += 1
    }
}
