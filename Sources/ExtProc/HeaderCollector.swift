import Domain
import GRPC

/// Hears the headers of one message, one by one, and keeps those that are of use.
///
/// Names and values are read into memory that every header uses, so one that nobody wants costs
/// neither an allocation nor, mostly, a look at its name: its length tells.
struct HeaderCollector {
    /// Bytes of a value that we ourselves look at. A longer one counts as empty.
    private static let knownValueBytesMax = 1024
    /// Bytes of a value that the router wants. A longer one is dropped.
    private static let wantedValueBytesMax = 4096
    private static let wantedCookieBytesMax = 8192
    private static let wantedValuesMax = 64
    private static let nameBytesMax = 256

    /// Headers that we ourselves look at.
    private enum Known: CaseIterable {
        case path, requestID, contentLength, status

        var name: StaticString {
            switch self {
            case .path: ":path"
            case .requestID: "x-request-id"
            case .contentLength: "content-length"
            case .status: ":status"
            }
        }
    }

    private static let knownHeaders = Known.allCases

    private(set) var headers = RequestHeaders()
    /// `:status`, of a response.
    private(set) var status: Int?
    private let wanted: HeaderSelection
    private var name: [UInt8] = []
    private var value: [UInt8] = []
    /// Of the header that is being heard. Both may be: the router may want what we know.
    private var known: Known?
    private var wantedName: String?
    private var isTooLong = false

    init(wanted: HeaderSelection) { self.wanted = wanted }

    mutating func begin() {
        value.removeAll(keepingCapacity: true)
        (known, wantedName, isTooLong) = (nil, nil, false)
    }

    /// Takes the header's name. Returns whether the name was read.
    mutating func takeName(
        _ count: Int,
        from reader: inout MessageReader
    ) throws(MessageError) -> Bool {
        guard count <= Self.nameBytesMax, mayBeOfUse(nameBytes: count) else { return false }
        name.removeAll(keepingCapacity: true)
        try reader.read(count, to: &name)
        known = Self.knownHeaders.first { name.spell($0.name) }
        wantedName = wanted.name(spelledBy: name.span)
        return true
    }

    /// Takes the header's value, in place of another one. Returns whether the value was read.
    mutating func takeValue(
        _ count: Int,
        from reader: inout MessageReader
    ) throws(MessageError) -> Bool {
        guard known != nil || wantedName != nil else { return false }
        isTooLong = count > valueBytesMax
        if isTooLong { return false }
        value.removeAll(keepingCapacity: true)
        try reader.read(count, to: &value)
        return true
    }

    var hasValue: Bool { !value.isEmpty }

    mutating func end() {
        if let wantedName, !isTooLong, headers.wanted.count < Self.wantedValuesMax {
            headers.wanted.append(HeaderField(wantedName, text))
        }
        guard let known else { return }
        if value.count > Self.knownValueBytesMax { value.removeAll(keepingCapacity: true) }
        switch known {
        case .path: headers.path = text
        case .requestID: headers.requestID = text
        case .contentLength: headers.contentLength = value.decimal
        case .status: status = value.decimal
        }
    }

    private var text: String { String(decoding: value, as: UTF8.self) }

    private func mayBeOfUse(nameBytes count: Int) -> Bool {
        wanted.mayContain(nameBytes: count)
            || Self.knownHeaders.contains { $0.name.utf8CodeUnitCount == count }
    }

    private var valueBytesMax: Int {
        switch wantedName {
        case nil: Self.knownValueBytesMax
        case "cookie": Self.wantedCookieBytesMax
        default: Self.wantedValueBytesMax
        }
    }
}

extension [UInt8] {
    /// - Parameter name: in lower case. Names of HTTP headers are ASCII, and their case is free.
    fileprivate func spell(_ name: StaticString) -> Bool {
        guard count == name.utf8CodeUnitCount else { return false }
        return name.withUTF8Buffer { name in
            unsafe zip(self, name).allSatisfy { byte, expected in
                byte == expected || (0x41...0x5A).contains(byte) && byte | 0x20 == expected
            }
        }
    }

    /// The number that these digits write. Nil if they are none, or more than fit.
    fileprivate var decimal: Int? {
        guard !isEmpty else { return nil }
        var number = 0
        for byte in self {
            guard (0x30...0x39).contains(byte) else { return nil }
            let (product, isTooLarge) = number.multipliedReportingOverflow(by: 10)
            let (sum, isStillTooLarge) = product.addingReportingOverflow(Int(byte - 0x30))
            if isTooLarge || isStillTooLarge { return nil }
            number = sum
        }
        return number
    }
}
