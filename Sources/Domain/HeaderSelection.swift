/// Names of headers that are worth keeping: the others are not even copied.
package struct HeaderSelection: Equatable, Sendable {
    /// In lower case.
    package let names: Set<String>
    /// Those of `names`: quicker to go through than a set.
    private let list: [String]
    /// Bit n: a name has n bytes. Names of 63 and more share the last bit.
    private let lengths: UInt64

    package static let none = HeaderSelection([])

    /// - Parameter names: in any case.
    package init(_ names: some Sequence<String>) {
        self.names = Set(names.map { $0.lowercased() })
        list = self.names.sorted()
        lengths = self.names.reduce(into: 0) { $0 |= 1 << UInt64(min($1.utf8.count, 63)) }
    }

    /// Whether any name has so many bytes.
    package func mayContain(nameBytes count: Int) -> Bool {
        lengths & (1 << UInt64(min(count, 63))) != 0
    }

    /// The name that `bytes` spell, in any case. Nil if there is no such name. Allocates nothing.
    package func name(spelledBy bytes: Span<UInt8>) -> String? {
        guard mayContain(nameBytes: bytes.count) else { return nil }
        for name in list where name.utf8.count == bytes.count {
            var index = 0
            for expected in name.utf8 {
                let byte = bytes[index]
                let isUpper = (0x41...0x5A).contains(byte)
                guard (isUpper ? byte | 0x20 : byte) == expected else { break }
                index += 1
            }
            if index == bytes.count { return name }
        }
        return nil
    }
}
