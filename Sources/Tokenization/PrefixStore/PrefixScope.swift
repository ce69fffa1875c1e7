import Synchronization

/// What ids depend on besides the text: the tokenizer as it was loaded, its mode included, and
/// whether added tokens are recognized. Ids of different scopes never meet.
package struct PrefixScope: Hashable, Sendable {
    let rawValue: UInt64

    private static let count = Atomic<UInt64>(0)

    /// A scope that no other tokenizer ever has, not even the same one loaded again.
    package init() {
        // Even numbers, so that the odd ones are free for ordinary text.
        rawValue = Self.count.wrappingAdd(2, ordering: .relaxed).newValue
    }

    private init(rawValue: UInt64) { self.rawValue = rawValue }

    var forOrdinaryText: PrefixScope { PrefixScope(rawValue: rawValue | 1) }
}
