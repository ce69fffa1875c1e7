import Domain
import Synchronization

/// A look at every key in Redis, for blocks that we removed without Redis having been told.
///
/// Only claims whose blocks are all certain take part: the others cannot tell what is wrong.
struct RedisSweep {
    private let claims: [(claim: RedisClaim, lostRemovals: Int)]
    /// By what stands before the digits of a key, then by field.
    private let fields: [[UInt8]: [[UInt8]: (claim: RedisClaim, tier: UInt8)]]
    /// SCAN's; the first is 0, and so is the one after the last.
    var cursor = Array("0".utf8)
    var isOver = false

    /// Nil if no claim needs it.
    init?(_ claims: [RedisClaim]) {
        self.claims = claims.compactMap { claim in
            claim.state.withLock { state in
                state.lostRemovals > 0 && state.isCertain ? (claim, state.lostRemovals) : nil
            }
        }
        if self.claims.isEmpty { return nil }
        var fields: [[UInt8]: [[UInt8]: (claim: RedisClaim, tier: UInt8)]] = [:]
        for (claim, _) in self.claims {
            for (tier, field) in claim.fields.enumerated() {
                fields[claim.identity.keyPrefix, default: [:]][field] = (claim, UInt8(tier))
            }
        }
        self.fields = fields
    }

    /// The block that a key is of, in each key space where it may be one.
    func blocks(ofKey key: [UInt8]) -> [(prefix: [UInt8], block: BlockKey)] {
        fields.keys.compactMap { prefix in
            guard key.starts(with: prefix), key.count > prefix.count,
                let number = UInt64(String(decoding: key[prefix.count...], as: UTF8.self)),
                "\(number)".utf8.count == key.count - prefix.count
            else { return nil }
            return (prefix, BlockKey(rawValue: number))
        }
    }

    /// Whose field it is; nil if it is none of these claims'.
    func claim(ofField field: [UInt8], at prefix: [UInt8]) -> (claim: RedisClaim, tier: UInt8)? {
        fields[prefix]?[field]
    }

    /// To be called once every key was looked at. Claims that lost removals meanwhile need
    /// another sweep.
    func end() -> [RedisClaim] {
        for (claim, lostRemovals) in claims {
            claim.state.withLock { if $0.lostRemovals == lostRemovals { $0.lostRemovals = 0 } }
        }
        return claims.map(\.claim)
    }
}
