/// A MessagePack value to be written, in its shortest form.
indirect enum Packed: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral,
    ExpressibleByArrayLiteral, ExpressibleByNilLiteral
{
    case none
    case number(Int)
    case text(String)
    case binary([UInt8])
    case array([Packed])
    case map([(Packed, Packed)])
    /// Bytes that are written as they are.
    case raw([UInt8])

    init(integerLiteral value: Int) { self = .number(value) }
    init(stringLiteral value: String) { self = .text(value) }
    init(arrayLiteral elements: Packed...) { self = .array(elements) }
    init(nilLiteral: ()) { self = .none }

    var bytes: [UInt8] {
        switch self {
        case .none: [0xC0]
        case .number(let number) where (0..<128).contains(number): [UInt8(number)]
        case .number(let number): [0xD3] + Packed.bigEndian(number, 8)
        case .text(let text) where text.utf8.count < 32:
            [0xA0 | UInt8(text.utf8.count)] + Array(text.utf8)
        case .text(let text): [0xD9, UInt8(text.utf8.count)] + Array(text.utf8)
        case .binary(let bytes): [0xC5] + Packed.bigEndian(bytes.count, 2) + bytes
        case .array(let elements):
            [0xDC] + Packed.bigEndian(elements.count, 2) + elements.flatMap(\.bytes)
        case .map(let pairs):
            [0xDE] + Packed.bigEndian(pairs.count, 2) + pairs.flatMap { $0.bytes + $1.bytes }
        case .raw(let bytes): bytes
        }
    }

    /// A batch of these events.
    static func batch(_ events: Packed...) -> [UInt8] {
        Packed.array([.raw([0xCB, 0, 0, 0, 0, 0, 0, 0, 0]), .array(events), 0]).bytes
    }

    private static func bigEndian(_ number: Int, _ size: Int) -> [UInt8] {
        (1...size).map { UInt8(truncatingIfNeeded: number >> (8 * (size - $0))) }
    }
}
