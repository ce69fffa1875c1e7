import BlockKeys
import Domain
import Randomness

/// One batch as it is on the wire.
struct HistoryMessage {
    /// Of the engine's process. Stands for what tells a stream from the one after a restart.
    let epoch: Int
    let number: UInt64
    let payload: [UInt8]
}

/// An engine that keeps copies of blocks, evicts, and announces what it does.
struct HistoryEngine {
    private static let capacity = 9
    /// From no replay to one of all that there was.
    private static let ringCounts = [0, 1, 3, wholeRing]
    static let wholeRing = 100

    private(set) var prompts: HistoryPrompts
    private var random: SplitMix64
    /// Copies of each block, on the GPU and on the CPU.
    private(set) var copies: [HistoryBlock: SIMD2<Int>] = [:]
    private var hashes: [HistoryBlock: UInt64] = [:]
    private var epoch = 0
    private var next: UInt64 = 0
    private var time: UInt32 = 0
    let ringCount: Int
    private var ring: [HistoryMessage] = []
    private var events: [[UInt8]] = []
    /// First blocks that the present batch has begun a prompt with.
    private var begun: Set<HistoryBlock> = []

    init(_ kind: HistoryKind, _ random: inout SplitMix64) {
        prompts = HistoryPrompts(of: kind, &random)
        self.random = SplitMix64(seed: random.next())
        ringCount = HistoryEngine.ringCounts[random.below(HistoryEngine.ringCounts.count)]
        noteHashes()
    }

    var kind: HistoryKind { prompts.kind }

    /// Does something, and perhaps something more, and announces it. Nil if there is nothing to
    /// announce.
    mutating func step() -> HistoryMessage? {
        for _ in 0...random.below(2) { act() }
        return publish()
    }

    /// Batches from a number on that the engine still has.
    func replay(from number: UInt64) -> [HistoryMessage] { ring.filter { $0.number >= number } }

    /// An empty batch, from which a feed sees whether it has missed the one before.
    mutating func beat() -> HistoryMessage { send([]) }

    private mutating func act() {
        switch random.below(20) {
        case 0: clear()
        case 1: restart()
        case 2...4: evict(keeping: [])
        case 5...7: offload()
        case 8: for _ in 0..<2 where !copies.isEmpty { dropOffloaded() }
        case 9, 10: compute(times: 2)
        case 11...13: report()
        default: compute(times: 1)
        }
    }

    private mutating func publish() -> HistoryMessage? {
        defer {
            events = []
            begun = []
        }
        return events.isEmpty ? nil : send(events)
    }

    private mutating func send(_ events: [[UInt8]]) -> HistoryMessage {
        time += 1
        let payload = PublishedBatch.bytes(events, time: time)
        let message = HistoryMessage(epoch: epoch, number: next, payload: payload)
        next += 1
        ring.append(message)
        if ring.count > ringCount { ring.removeFirst() }
        return message
    }

    private mutating func noteHashes() {
        for prompt in prompts.all {
            for (block, hash) in zip(prompt.blocks, prompt.hashes) { hashes[block] = hash }
        }
    }

    // MARK: What engines do

    private mutating func clear() {
        copies = [:]
        events.append(PublishedBatch.cleared)
    }

    /// What was not yet sent is lost.
    private mutating func restart() {
        copies = [:]
        events = []
        begun = []
        ring = []
        epoch += 1
        next = 0
        prompts.rename(by: random.next())
        noteHashes()
    }

    /// Computes what is not cached of a prompt, as many times at once as told.
    private mutating func compute(times: Int) {
        guard let prompt = prompts.all.randomElement(using: &random) else { return }
        var start = cachedCount(of: prompt)
        if start == prompt.blocks.count, endsWithBlock(prompt) { start -= 1 }
        guard start < prompt.blocks.count else { return }
        makeRoom(times * (prompt.blocks.count - start), for: prompt, upTo: start)
        for _ in 0..<times { store(prompt, from: start, announcedFrom: start) }
    }

    /// The same, and announces what was cached as well. Only vLLM does.
    private mutating func report() {
        guard !kind.isSGLang, let prompt = prompts.all.randomElement(using: &random) else { return }
        let start = cachedCount(of: prompt)
        guard start > 0, prompt.blocks.count > 1, !begun.contains(prompt.blocks[0]),
            start < prompt.blocks.count || !endsWithBlock(prompt)
        else { return }
        makeRoom(prompt.blocks.count - start, for: prompt, upTo: start)
        store(prompt, from: start, announcedFrom: 0)
    }

    private mutating func makeRoom(_ count: Int, for prompt: HistoryPrompt, upTo start: Int) {
        let kept = Set(prompt.blocks[..<start])
        while copies.values.reduce(0, { $0 + $1.x }) + count > HistoryEngine.capacity {
            guard evict(keeping: kept) else { return }
        }
    }

    @discardableResult
    private mutating func evict(keeping kept: Set<HistoryBlock>) -> Bool {
        let candidates = copies.filter { $1.x > 0 && !kept.contains($0) }.keys
            .filter { kind != .pages || isLast($0) }
        guard let block = sorted(candidates).randomElement(using: &random) else { return false }
        remove(block, from: 0)
        return true
    }

    /// Whether no block follows it. Engines with small pages keep them in a tree, and evict leaves.
    private func isLast(_ block: HistoryBlock) -> Bool {
        !copies.keys.contains {
            $0.scope == block.scope && $0.tokens.count > block.tokens.count
                && $0.tokens.starts(with: block.tokens)
        }
    }

    private mutating func offload() {
        let candidates = copies.filter { $1.x > 0 && $1.y == 0 }.keys
        guard kind != .pages, let block = sorted(candidates).randomElement(using: &random),
            let hash = hashes[block]
        else { return }
        copies[block]?.y += 1
        events.append(PublishedStore(hashes: [hash], medium: "CPU").bytes)
    }

    private mutating func dropOffloaded() {
        let candidates = copies.filter { $1.y > 0 }.keys
        guard let block = sorted(candidates).randomElement(using: &random) else { return }
        remove(block, from: 1)
    }

    /// In an order that is the same in every run.
    private func sorted(_ blocks: some Sequence<HistoryBlock>) -> [HistoryBlock] {
        blocks.sorted {
            ($0.scope.rawValue, $0.tokens.count, "\($0.tokens)")
                < ($1.scope.rawValue, $1.tokens.count, "\($1.tokens)")
        }
    }

    // MARK: What they announce

    private mutating func store(_ prompt: HistoryPrompt, from start: Int, announcedFrom first: Int)
    {
        for block in prompt.blocks[start...] { copies[block, default: SIMD2()].x += 1 }
        if first == 0 { begun.insert(prompt.blocks[0]) }
        let size = kind.blockSize
        var stored = PublishedStore(hashes: Array(prompt.hashes[first...]))
        stored.parent = first > 0 ? prompt.hashes[first - 1] : nil
        stored.tokens = Array(prompt.tokens[first * size..<prompt.blocks.count * size])
        stored.blockSize = size
        if prompt.scope == .adapter {
            stored.adapterID = HistoryPrompts.adapter.number
            stored.adapterName = HistoryPrompts.adapter.name
        }
        switch prompt.scope {
        case .salted where kind.isSGLang: stored.salt = "tenant"
        case .salted where first == 0: stored.extras = [["tenant"]]
        default: break
        }
        if kind == .hybrid {
            stored.group = 0
            stored.kind = "full_attention"
        }
        events.append(stored.bytes)
        if kind == .hybrid {
            stored.group = 1
            stored.kind = "sliding_window"
            events.append(stored.bytes)
            events.append(PublishedRemoval(hashes: [prompt.hashes[first]], group: 1).bytes)
        }
    }

    private mutating func remove(_ block: HistoryBlock, from tier: Int) {
        guard let hash = hashes[block] else { return }
        copies[block]?[tier] -= 1
        if copies[block] == SIMD2() { copies[block] = nil }
        let group = kind == .hybrid && tier == 0 ? 0 : nil
        let medium = tier == 0 ? "GPU" : "CPU"
        events.append(PublishedRemoval(hashes: [hash], medium: medium, group: group).bytes)
    }

    // MARK: The truth

    private func cachedCount(of prompt: HistoryPrompt) -> Int {
        prompt.blocks.prefix { (copies[$0]?.x ?? 0) > 0 }.count
    }

    private func endsWithBlock(_ prompt: HistoryPrompt) -> Bool {
        prompt.blocks.count * kind.blockSize == prompt.tokens.count
    }

    /// How many blocks of two tokens a request for the prompt would find here.
    func heldCount(of prompt: HistoryPrompt) -> Int {
        let held = prompt.blocks.prefix { copies[$0] != nil }.count
        return held * kind.blockSize / 2
    }
}
