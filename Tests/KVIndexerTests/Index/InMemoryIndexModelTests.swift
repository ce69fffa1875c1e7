import Domain
import KVIndexer
import Randomness
import Testing

/// Random changes, made in the index and in the reference; both must give the same answers.
@Suite struct InMemoryIndexModelTests {
    fileprivate struct Pair {
        let tested: HolderID
        let reference: HolderID
    }

    fileprivate struct Model {
        let tested = InMemoryIndex.test()
        let reference = ReferenceIndex()
        var random: SplitMix64
        var holders: [Pair] = []
        let prompts: [[UInt64]]

        /// Prompts share prefixes of every length, as those of conversations do.
        init(seed: UInt64) {
            var random = SplitMix64(seed: seed)
            var prompts: [[UInt64]] = []
            for run in 0..<12 as Range<UInt64> {
                let stem = prompts.isEmpty ? [] : prompts[random.below(prompts.count)]
                let kept = stem.prefix(random.below(stem.count + 1))
                prompts.append(kept + hashedKeys(1 + random.below(40), run: run))
            }
            self.random = random
            self.prompts = prompts
        }

        mutating func step() {
            if holders.isEmpty || random.below(40) == 0 { return open() }
            let pair = holders[random.below(holders.count)]
            let tier = CacheTier.allCases[random.below(4)]
            let (keys, parent) = part()
            switch random.below(100) {
            case 0, 1:
                tested.close(pair.tested)
                reference.close(pair.reference)
                holders.removeAll { $0.tested == pair.tested }
            case 2:
                tested.markUncertain(pair.tested)
                reference.markUncertain(pair.reference)
            case 3:
                tested.sweep(entriesMax: 1 + random.below(100))
            case 4..<55:
                let counting: CopyCounting = random.below(4) == 0 ? .everyCopy : .onlyFirst
                tested.store(keys, after: parent, in: pair.tested, tier: tier, counting)
                reference.store(keys, after: parent, in: pair.reference, tier: tier, counting)
            case 55..<75:
                let keys = Array(keys.reversed())
                tested.remove(keys, from: pair.tested, tier: tier)
                reference.remove(keys, from: pair.reference, tier: tier)
            default:
                for tier in CacheTier.allCases {
                    tested.remove(keys, from: pair.tested, tier: tier)
                    reference.remove(keys, from: pair.reference, tier: tier)
                }
            }
        }

        /// Some blocks in a row, and what they follow: mostly rightly.
        private mutating func part() -> ([UInt64], UInt64?) {
            let prompt = prompts[random.below(prompts.count)]
            let start = random.below(3) == 0 ? random.below(prompt.count) : 0
            let count = random.below(3) == 0 ? 1 : 1 + random.below(prompt.count - start)
            let parent = start > 0 && random.below(4) > 0 ? prompt[start - 1] : nil
            return (Array(prompt[start..<start + count]), parent)
        }

        private mutating func open() {
            let isShared = random.below(12) == 0
            let endpoint = EndpointID(rawValue: UInt32(random.below(6)))
            let cache =
                isShared ? .shared : CacheID(endpoint: endpoint, rank: UInt16(random.below(2)))
            let space = KeySpaceID(rawValue: UInt16(random.below(5) / 4))
            let kind = [HolderKind.confirmed, .confirmed, .uncertain, .expected][random.below(4)]
            guard let tested = tested.open(cache, in: space, as: kind),
                let reference = reference.open(cache, in: space, as: kind)
            else { return }
            holders.append(Pair(tested: tested, reference: reference))
        }

        mutating func mixedPrompt() -> [UInt64] {
            let (first, second) = (random.below(prompts.count), random.below(prompts.count))
            return prompts[first] + prompts[second].suffix(random.below(4))
        }
    }

    @Test(arguments: 1...60 as ClosedRange<UInt64>)
    func `any changes give what plain dictionaries give`(seed: UInt64) {
        var model = Model(seed: seed)
        for _ in 0..<400 {
            model.step()
            let prompt = model.mixedPrompt()
            let space = UInt16(model.random.below(2))
            let expected = model.reference.matches(prompt, space: space)
            #expect(model.tested.matches(prompt, space: space) == expected)
            if let pair = model.holders.randomElement(using: &model.random) {
                let key = BlockKey(rawValue: prompt[model.random.below(prompt.count)])
                let expected = model.reference.contains(key, in: pair.reference)
                #expect(model.tested.contains(key, in: pair.tested) == expected)
            }
        }
        model.tested.sweepAll()
        let held = model.reference.holders.values
        #expect(model.tested.statistics.keys == model.reference.keyCount)
        #expect(model.tested.statistics.pairs == held.reduce(0) { $0 + $1.blocks.count })
        #expect(exported(from: model.tested) == model.expectedExport)
    }

    /// Every block with its holders, as a walk tells them.
    private func exported(from index: InMemoryIndex) -> [UInt64: Set<HolderTiers>] {
        var blocks: [UInt64: Set<HolderTiers>] = [:]
        var cursor = IndexCursor()
        var isMore = true
        while isMore {
            isMore = index.exportRuns(from: &cursor, entriesMax: 50) { keys, holders in
                for place in keys.indices { blocks[keys[place].rawValue] = Set(holders) }
            }
        }
        return blocks
    }
}

extension InMemoryIndexModelTests.Model {
    fileprivate var expectedExport: [UInt64: Set<HolderTiers>] {
        var blocks: [UInt64: Set<HolderTiers>] = [:]
        let held = reference.holders
        for pair in holders {
            for (key, copies) in held[pair.reference]?.blocks ?? [:] {
                let tiers = CacheTier.allCases.filter { copies[Int($0.rawValue)] > 0 }
                let holding = HolderTiers(
                    holder: pair.tested,
                    tiers: CacheTiers(tiers.map(CacheTiers.init))
                )
                blocks[key.rawValue, default: []].insert(holding)
            }
        }
        return blocks
    }
}
