/// A size in memory, as Kubernetes and Go programs take it: `4194304`, `512KiB`, `10MiB`.
package struct ByteCount: Equatable, Sendable, OptionValue {
    package let bytes: Int

    package init(bytes: Int) { self.bytes = bytes }

    package static var expectation: String { "a size in bytes, or with KiB, MiB or GiB" }

    private static let units: [(suffix: String, bytes: Int)] = [
        ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30),
    ]

    package init?(optionText: String) {
        let unit = Self.units.first { optionText.hasSuffix($0.suffix) } ?? ("", 1)
        guard let number = Int(optionText.dropLast(unit.suffix.count)), number >= 0 else {
            return nil
        }
        let (bytes, overflows) = number.multipliedReportingOverflow(by: unit.bytes)
        guard !overflows else { return nil }
        self.bytes = bytes
    }

    package var optionText: String {
        let unit = Self.units.last { bytes > 0 && bytes.isMultiple(of: $0.bytes) } ?? ("", 1)
        return "\(bytes / unit.bytes)\(unit.suffix)"
    }
}
