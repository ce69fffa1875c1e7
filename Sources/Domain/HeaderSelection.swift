/// Names of headers that are worth keeping: the others are not even copied.
package struct HeaderSelection: Equatable, Sendable {
    /// In lower case.
    package let names: Set<String>
    /// Bit n: a name has n bytes. Names of 63 and more share the last bit.
    private let lengths: UInt64

    /// - Parameter names: in any case.
    package init(_ names: some Sequence<String>) {
        self.names = Set(names.map { $0.lowercased() })
        lengths = self.names.reduce(into: 0) { $0 |= 1 << UInt64(min($1.utf8.count, 63)) }
    }

    /// Whether any name has so many bytes.
    package func mayContain(nameBytes count: Int) -> Bool {
        lengths & (1 << UInt64(min(count, 63))) != 0
    }
}
