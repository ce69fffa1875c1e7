import Domain

/// Collects blocks behind each other into runs.
struct PrefixRunBuilder {
    private let scope: PrefixScope
    private let byteCountMax: Int
    private var text: [UInt8] = []
    private var tokens: [TokenID] = []
    private var ends: [PrefixRun.End] = []

    init(scope: PrefixScope, byteCountMax: Int) {
        self.scope = scope
        self.byteCountMax = byteCountMax
    }

    /// Adds the block behind the last one. Returns a run once it has bytes enough.
    mutating func append(
        _ block: Span<UInt8>,
        _ ids: [TokenID],
        hash: UInt64
    ) -> PrefixRun? {
        unsafe block.withUnsafeBufferPointer { unsafe text.append(contentsOf: $0) }
        tokens += ids
        ends.append(PrefixRun.End(byte: text.count, token: tokens.count, hash: hash))
        return text.count >= byteCountMax ? take() : nil
    }

    /// What is collected, if anything is; starts again.
    mutating func take() -> PrefixRun? {
        guard !ends.isEmpty else { return nil }
        let run = PrefixRun(
            scope: scope,
            text: Self.fitting(text),
            tokens: Self.fitting(tokens),
            ends: Self.fitting(ends)
        )
        text.removeAll(keepingCapacity: true)
        tokens.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        return run
    }

    /// A copy without the room to spare that an array has which grew.
    private static func fitting<Element>(_ elements: [Element]) -> [Element] {
        var copy: [Element] = []
        copy.reserveCapacity(elements.count)
        copy += elements
        return copy
    }
}
