import Domain

/// Addresses and hosts, as people and gateways list them: `10.0.0.1:8000` means one address,
/// `10.0.0.1` every port of a host. The brackets of an IPv6 host may be missing if no port follows.
///
/// Each address of a pool is looked up in constant time, however long the list is.
struct AddressList {
    private struct Entry {
        let hash: UInt64
        /// Of a host without brackets.
        let text: String
    }

    private var entries: [Entry] = []
    /// A hash table: indices of entries, each at the first free place from its hash on. Never full.
    private var places: [Int32]

    var isEmpty: Bool { entries.isEmpty }

    init(_ list: [some StringProtocol]) {
        entries.reserveCapacity(list.count)
        for text in list {
            let text = String(Substring(text).trimmed)
            let scan = Scan(text)
            if scan.isAddress {
                entries.append(Entry(hash: scan.hash, text: text))
            } else if scan.byteCount > 0 {
                let host = String(text[...].withoutBrackets)
                entries.append(Entry(hash: Scan.hashOfHost(scan.hash), text: host))
            }
        }
        let bits = Int.bitWidth - entries.count.leadingZeroBitCount
        places = [Int32](repeating: -1, count: 2 << bits)
        for index in entries.indices { insert(index) }
    }

    /// - Parameter address: `host:port`. An IPv6 host is in brackets.
    func contains(_ address: String) -> Bool {
        let scan = Scan(address)
        return contains(scan.hash) { address == $0 }
            || contains(Scan.hashOfHost(scan.hashToLastColon)) { address.addressHost == $0 }
    }

    private func contains(_ hash: UInt64, _ isEqual: (String) -> Bool) -> Bool {
        var place = place(of: hash)
        while places[place] >= 0 {
            let index = Int(places[place])
            if entries[index].hash == hash, isEqual(entries[index].text) { return true }
            place = (place + 1) & (places.count - 1)
        }
        return false
    }

    private mutating func insert(_ index: Int) {
        var place = place(of: entries[index].hash)
        while places[place] >= 0 { place = (place + 1) & (places.count - 1) }
        places[place] = Int32(truncatingIfNeeded: index)
    }

    private func place(of hash: UInt64) -> Int {
        // The upper half varies the most.
        Int(truncatingIfNeeded: hash >> 32) & (places.count - 1)
    }
}

/// What one walk through an address or a host finds.
private struct Scan {
    /// Of all bytes but brackets, so that of an address also its host's is met on the way.
    let hash: UInt64
    private(set) var hashToLastColon: UInt64 = 0
    /// But brackets.
    private(set) var byteCount = 0
    /// Whether a port follows the host.
    let isAddress: Bool

    init(_ text: String) {
        let bytes = text.utf8.span
        var colonCount = 0
        var hash = FNV1a()
        for index in bytes.indices {
            let byte = bytes[index]
            if byte == UInt8(ascii: ":") {
                colonCount += 1
                hashToLastColon = hash.value
            }
            guard byte != UInt8(ascii: "["), byte != UInt8(ascii: "]") else { continue }
            hash.add(byte)
            byteCount += 1
        }
        self.hash = hash.value
        let isBracketed = bytes.count > 0 && bytes[0] == UInt8(ascii: "[")
        isAddress = isBracketed ? bytes[bytes.count - 1] != UInt8(ascii: "]") : colonCount == 1
    }

    /// Tells a host from an address that is spelled the same.
    static func hashOfHost(_ hash: UInt64) -> UInt64 { ~hash }
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
