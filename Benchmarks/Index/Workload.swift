import Domain
import Randomness

/// A deterministic pool of cached prompts, which any language can reproduce.
///
/// `sequenceCount` sequences of `depth` blocks, each on endpoint `sequence % endpointCount`. The
/// first blocks of a sequence, a share of `sharedPart`, are those of its group
/// `sequence % groupCount`; the rest are its own. Block `i` has the number
/// `mixed(seed * 1000003 + owner * 1048583 + i)`, with seed 1 and the group for shared blocks,
/// seed 2 and the sequence for own ones; a key chains the numbers before it.
struct Workload: Sendable {
    var placementCount = 1 << 20
    var endpointCount = 64
    var depth = 128
    var groupCount = 4
    var sharedPart = 0.25

    var sequenceCount: Int { max(1, placementCount / depth) }
    var sharedCount: Int { Int(Double(depth) * sharedPart) }

    /// Pairs of a block and an endpoint that holds it.
    var pairCount: Int {
        let prefixes = Set(
            (0..<sequenceCount).map { $0 % endpointCount * groupCount + $0 % groupCount }
        )
        return sequenceCount * (depth - sharedCount) + sharedCount * prefixes.count
    }

    /// The sequences that queries ask for, in an order that no cache foresees.
    func sequence(ofQuery query: Int) -> Int { query * 7919 % sequenceCount }

    func keys(of sequence: Int) -> [BlockKey] {
        var previous: UInt64 = 0
        return (0..<depth).map { block in
            let number =
                block < sharedCount
                ? Workload.number(seed: 1, owner: sequence % groupCount, block)
                : Workload.number(seed: 2, owner: sequence, block - sharedCount)
            previous = SplitMix64.mixed(previous ^ number)
            return BlockKey(rawValue: previous)
        }
    }

    /// A sequence's first half, then blocks that nobody has.
    func halfKnownKeys(of sequence: Int) -> [BlockKey] {
        let unknown = (0..<depth - depth / 2).map {
            BlockKey(rawValue: Workload.number(seed: 3, owner: sequence, $0))
        }
        return keys(of: sequence).prefix(depth / 2) + unknown
    }

    func unknownKeys(_ query: Int) -> [BlockKey] {
        (0..<depth).map { BlockKey(rawValue: Workload.number(seed: 4, owner: query, $0)) }
    }

    static func number(seed: UInt64, owner: Int, _ block: Int) -> UInt64 {
        SplitMix64.mixed(seed &* 1_000_003 &+ UInt64(owner) &* 1_048_583 &+ UInt64(block))
    }
}
