import Domain
import KVIndexer
import Testing

/// How events change what is found, whatever the keys: here they are our own.
@Suite struct IndexWriterTests {
    private let house = WriterHouse()

    /// Blocks of two tokens each, which are the hashes times 2 and 1 more.
    private func stored(
        _ hashes: [UInt64],
        after parent: UInt64? = nil,
        _ change: (inout PublishedStore) -> Void = { _ in }
    ) -> [UInt8] {
        var stored = PublishedStore(hashes: hashes, parent: parent)
        stored.tokens = prompt(hashes)
        stored.blockSize = 2
        change(&stored)
        return stored.bytes
    }

    private func removed(_ hashes: [UInt64], medium: String = "GPU", group: Int? = nil) -> [UInt8] {
        PublishedRemoval(hashes: hashes, medium: medium, group: group).bytes
    }

    private func named(_ hashes: [UInt64], medium: String = "CPU") -> [UInt8] {
        PublishedStore(hashes: hashes, medium: medium).bytes
    }

    private func prompt(_ hashes: [UInt64]) -> [UInt32] {
        hashes.flatMap { [UInt32($0 * 2), UInt32($0 * 2 + 1)] }
    }

    private func matched(_ hashes: [UInt64], model: String = "m") -> Int {
        house.matched(prompt(hashes), PromptScope(model: model))
    }

    @Test func `a prompt is found across the events that stored it`() throws {
        var writer = house.writer()
        try writer.apply(stored([1, 2]), stored([3], after: 2), stored([4], after: 3))
        #expect(matched([1, 2, 3, 4, 5]) == 4)
    }

    @Test func `blocks behind an unknown one are not stored under a wrong key`() throws {
        var writer = house.writer()
        try writer.apply(stored([2], after: 1), stored([3], after: 2))
        #expect(house.metrics.skipped(.unknownParent) == 2)
        #expect(house.keyCount == 0)
    }

    @Test func `a hash of zero is a parent like any other`() throws {
        var writer = house.writer()
        try writer.apply(stored([0]), stored([1], after: 0))
        #expect(matched([0, 1]) == 2)
    }

    @Test func `a block announced for each of its copies is held until the last is removed`() throws
    {
        var writer = house.writer()
        try writer.apply(stored([1, 2]), stored([1, 2]), removed([1, 2]))
        #expect(matched([1, 2]) == 2)
        try writer.apply(removed([1]), removed([2]))
        #expect(house.keyCount == 0)
        try writer.apply(removed([1]), stored([1]))  // a removal too many counts for nothing
        #expect(matched([1]) == 1)
    }

    @Test func `blocks that a later batch announces from the start again are the same copies`()
        throws
    {
        var writer = house.writer()
        try writer.apply(stored([1, 2]))
        try writer.apply(stored([1, 2, 3]))
        #expect(matched([1, 2, 3]) == 3)
        try writer.apply(removed([3]), removed([2]), removed([1]))
        #expect(house.keyCount == 0)
    }

    @Test func `a last block that is computed again in a later batch is one more copy`() throws {
        var writer = house.writer()
        try writer.apply(stored([1, 2]))
        try writer.apply(stored([2], after: 1))
        try writer.apply(removed([2]))
        #expect(matched([1, 2]) == 2)
    }

    @Test func `what is repeated counts no further copy`() throws {
        var writer = house.writer()
        try writer.apply(stored([1]), stored([2], after: 1))
        try writer.apply(stored([1]), stored([2], after: 1), isRepeated: true)
        try writer.apply(removed([2]), removed([1]))
        #expect(house.keyCount == 0)
    }

    @Test func `copies count for each tier`() throws {
        var writer = house.writer()
        try writer.apply(stored([1]), stored([1]) { $0.medium = "CPU" }, removed([1]))
        #expect(matched([1]) == 1)
        try writer.apply(removed([1], medium: "CPU"))
        #expect(matched([1]) == 0)
    }

    @Test func `blocks announced without tokens are those known from before`() throws {
        var writer = house.writer()
        try writer.apply(stored([1]), named([1]), named([9]), removed([1]))
        #expect(matched([1]) == 1)
        #expect(house.matches(prompt([1])).endpoints.first?.blocksByTier == [0, 1, 0, 0])
        #expect(house.metrics.skipped(.unknownBlock) == 1)
    }

    @Test func `a block that only another tier still holds can be continued`() throws {
        var writer = house.writer()
        try writer.apply(stored([1]), named([1]), removed([1]), stored([2], after: 1))
        #expect(matched([1, 2]) == 2)
    }

    @Test func `an adapter's blocks are found under its name only`() throws {
        var writer = house.writer()
        let ofAdapter = stored([1]) {
            $0.adapterID = 7
            $0.adapterName = "adapter"
        }
        try writer.apply(ofAdapter)
        #expect(matched([1], model: "adapter") == 1)
        #expect(matched([1]) == 0)
    }

    @Test(arguments: [
        ("full_attention", true), ("mla_attention", true), ("sink_full_attention", true),
        ("sliding_window", false), ("sliding_window_mla", false), ("mamba", false),
        ("chunked_local_attention", false), ("encoder_only_attention", false),
        ("cross_attention", false), ("unknown", false), ("a word to come", false),
    ])
    func `only main attention counts, and only its group is removed from`(
        kind: String,
        isStored: Bool
    ) throws {
        var writer = house.writer()
        let event = stored([1]) {
            $0.group = 1
            $0.kind = kind
        }
        try writer.apply(event, removed([1], group: 0))
        #expect(matched([1]) == (isStored ? 1 : 0))
        #expect(house.metrics.skipped(.unsupportedCacheKind) == (isStored ? 0 : 1))
        #expect(house.metrics.skipped(.unknownGroup) == (isStored ? 1 : 0))
        try writer.apply(removed([1], group: 1))
        #expect(matched([1]) == 0)
    }

    @Test func `of several groups with main attention the first counts`() throws {
        var writer = house.writer()
        func ofGroup(_ group: Int, _ hashes: [UInt64]) -> [UInt8] {
            stored(hashes) {
                $0.group = group
                $0.kind = "full_attention"
            }
        }
        try writer.apply(ofGroup(2, [1, 2]), ofGroup(0, [1, 2]), removed([2], group: 0))
        #expect(matched([1, 2]) == 2)
        try writer.apply(removed([2], group: 2))
        #expect(matched([1, 2]) == 1)
    }

    @Test func `groups without a kind count if they are the first`() throws {
        var writer = house.writer()
        try writer.apply(stored([1]) { $0.group = 0 }, stored([2]) { $0.group = 1 })
        #expect(matched([1]) == 1)
        #expect(matched([2]) == 0)
    }

    @Test func `what cannot be indexed is counted by reason`() throws {
        let house = WriterHouse { $0.endpointBlocksMax = 3 }
        var writer = house.writer()
        try writer.apply(
            stored([1]) {
                $0.blockSize = 3
                $0.tokens.append(9)
            },
            stored([1, 2]) { $0.tokens.removeLast() },
            stored([1]) { $0.adapterID = 7 },
            stored([1, 2, 3, 4])
        )
        for reason: KVIndexerMetrics.SkippedStore in [
            .invalidBlockSize, .nonDenseBlockSpan, .unnamedAdapter, .tooManyBlocks,
        ] {
            #expect(house.metrics.skipped(reason) == 1, "\(reason)")
        }
        #expect(house.keyCount == 0)
    }

    @Test func `a clearing forgets blocks and copies`() throws {
        var writer = house.writer()
        try writer.apply(
            stored([1]),
            stored([1]),
            PublishedBatch.cleared,
            stored([1]),
            removed([1])
        )
        #expect(house.keyCount == 0)
    }

    @Test func `another model's blocks take the place of the one before`() throws {
        var writer = house.writer()
        try writer.apply(stored([1]))
        try writer.apply(stored([1]), model: "other")
        #expect(matched([1]) == 0)
        #expect(matched([1], model: "other") == 1)
    }

    @Test func `a writer that ends leaves nothing to be found`() throws {
        var writer = house.writer()
        try writer.apply(stored([1]))
        writer.end()
        #expect(house.keyCount == 0)
        #expect(house.spaces.active.isEmpty)
    }
}
