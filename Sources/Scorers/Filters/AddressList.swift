/// Addresses and hosts, as people and gateways list them: `10.0.0.1:8000` means one address,
/// `10.0.0.1` every port of a host. The brackets of an IPv6 host may be missing if no port follows.
///
/// A pool is compared with the list, not the list with the pool: an address is hashed once, however
/// long the list is.
struct AddressList {
    private struct Entry {
        let hash: UInt64
        let text: Substring
    }

    /// Both in ascending order of hashes.
    private var addresses: [Entry] = []
    private var hosts: [Entry] = []

    var isEmpty: Bool { addresses.isEmpty && hosts.isEmpty }

    init(_ list: some Sequence<some StringProtocol>) {
        for text in list { add(Substring(text).trimmed) }
        addresses.sort { $0.hash < $1.hash }
        hosts.sort { $0.hash < $1.hash }
    }

    /// - Parameter address: `host:port`. An IPv6 host is in brackets.
    func contains(_ address: String) -> Bool {
        var whole = Hash()
        var host = Hash()
        var hostEnd: UInt64?
        for byte in address.utf8 {
            if byte == UInt8(ascii: ":") { hostEnd = host.value }
            whole.add(byte)
            if !Self.isBracket(byte) { host.add(byte) }
        }
        if Self.contains(whole.value, Substring(address), in: addresses) { return true }
        guard let hostEnd else { return false }
        return Self.contains(hostEnd, address.addressHost, in: hosts)
    }

    private mutating func add(_ text: Substring) {
        let colons = text.utf8.reduce(0) { $1 == UInt8(ascii: ":") ? $0 + 1 : $0 }
        let endsWithBracket = text.utf8.last == UInt8(ascii: "]")
        let hasPort = text.utf8.first == UInt8(ascii: "[") ? !endsWithBracket : colons == 1
        if hasPort {
            addresses.append(Entry(hash: Hash(text).value, text: text))
        } else {
            let host = text.withoutBrackets
            if !host.isEmpty { hosts.append(Entry(hash: Hash(host).value, text: host)) }
        }
    }

    private static func contains(_ hash: UInt64, _ text: Substring, in entries: [Entry]) -> Bool {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].hash < hash { low = middle + 1 } else { high = middle }
        }
        while low < entries.count, entries[low].hash == hash {
            if entries[low].text == text { return true }
            low += 1
        }
        return false
    }

    private static func isBracket(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "[") || byte == UInt8(ascii: "]")
    }

    /// FNV-1a.
    private struct Hash {
        private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

        init() {}

        init(_ text: Substring) {
            for byte in text.utf8 { add(byte) }
        }

        mutating func add(_ byte: UInt8) {
            value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
        }
    }
}

extension Substring {
    /// Without the spaces and tabs around it.
    fileprivate var trimmed: Substring {
        var bytes = utf8
        while let first = bytes.first, first == 0x20 || first == 0x09 { bytes.removeFirst() }
        while let last = bytes.last, last == 0x20 || last == 0x09 { bytes.removeLast() }
        return Substring(bytes)
    }
}
