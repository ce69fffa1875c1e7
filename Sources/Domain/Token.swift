/// One token of a model's vocabulary. Ids of different tokenizers are not comparable.
public struct TokenID: Hashable, Sendable, BitwiseCopyable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }
}
