import Domain
import Scheduling
import Scorers

/// Makes contexts of which half the figures are such as nobody should send.
struct RandomContext: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

    mutating func next() -> UInt64 {
        // Xorshift, after Marsaglia.
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }

    mutating func context() -> SchedulingContext {
        let count = Int.random(in: 0...20, using: &self)
        var request = InferenceRequest(model: "m")
        request.promptTokens = whole()
        request.headers = [HeaderField("x-tier", text())]
        var context = SchedulingContext(
            request: request,
            snapshot: EndpointSnapshot(generation: 1, endpoints: (0..<count).map { endpoint($0) }),
            loads: (0..<count).map { _ in load() }
        )
        context.matches = matches(of: count)
        context.approximateMatches = matches(of: count)
        context.blockTokens = Int(Int32.random(in: 0...Int32.max, using: &self))
        context.approximateBlockTokens = Int.random(in: 1...64, using: &self)
        context.announcing = (0..<Int.random(in: 0...count, using: &self)).map { $0 % 3 != 0 }
        context.adapter = Bool.random(using: &self) ? adapter(of: count) : nil
        context.sessions = [SessionHint(affinity: .cookie(name: "c"), target: .hash(next()))]
        context.earlierPick = (0..<count).randomElement(using: &self)
        context.rotation = next()
        return context
    }

    mutating func candidates(of context: SchedulingContext) -> Candidates {
        Candidates(
            context.snapshot.endpoints.indices.filter { _ in Int.random(in: 0..<4, using: &self) > 0
            }
        )
    }

    private mutating func endpoint(_ index: Int) -> Endpoint {
        .fake(
            UInt32(index * 3),
            labels: [
                "tier": text(), ContextLengthRange.label: text(), "kubernetes.io/hostname": text(),
                "topology.kubernetes.io/zone": text(),
            ]
        )
    }

    private mutating func text() -> String {
        [
            "", "a", "1", "-1e999", "nan", "0-100", "9-8", "0-9223372036854775807", "１", "1e308",
            "-1e308",
        ].randomElement(using: &self) ?? ""
    }

    private mutating func load() -> EndpointLoad {
        var load = EndpointLoad()
        load.inFlightRequests = count()
        load.inFlightTokens = whole()
        load.prefillingRequests = count()
        load.prefillingTokens = whole()
        load.prefillRate = PrefillRate(tokensPerSecond: real(), overheadSeconds: real())
        load.lastPick = next()
        load.lastColdPick = next() % 4
        load.report.waitingRequests = count()
        load.report.runningRequests = count()
        load.report.kvCacheUsage = real()
        load.report.kvCacheTokens = whole()
        load.report.activeAdapters = count()
        load.report.adaptersMax = count()
        return load
    }

    private mutating func matches(of count: Int) -> PrefixMatches {
        var matches = PrefixMatches(blockCount: Int.random(in: 0...5, using: &self))
        for index in 0..<count where Bool.random(using: &self) {
            let blocks = Int32.random(in: 0...9, using: &self)
            matches.add(
                EndpointMatch(
                    endpoint: EndpointID(rawValue: UInt32(index * 3)),
                    blocks: Bool.random(using: &self) ? blocks : Int32.max,
                    blocksByTier: [blocks, 0, Int32.random(in: 0...9, using: &self), 0]
                )
            )
        }
        return matches
    }

    private mutating func adapter(of count: Int) -> AdapterPlaces {
        let states: [AdapterState] = [.absent, .loaded, .waiting, .running]
        return AdapterPlaces(
            (0..<count).map { index in
                AdapterPlaces.Place(
                    endpoint: EndpointID(rawValue: UInt32(index * 2)),
                    state: states.randomElement(using: &self) ?? .absent
                )
            }
        )
    }

    private mutating func count() -> Int32 {
        [0, 1, 7, 500, -3, .min, .max].randomElement(using: &self) ?? 0
    }

    private mutating func whole() -> Int {
        [0, 1, 2048, 1_000_000, -9, .min, .max].randomElement(using: &self) ?? 0
    }

    private mutating func real() -> Double {
        [0, 0.5, 1, 16_000, -2, .nan, .infinity, -.infinity, 1e308, .leastNonzeroMagnitude, -1e308]
            .randomElement(using: &self) ?? 0
    }
}
