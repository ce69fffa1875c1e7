import Domain
import Scheduling
import Testing

/// The endpoint computes 1,000 tokens a second.
@Suite struct TimeToFirstTokenTests {
    private let time = TimeToFirstToken()

    private func load(_ change: (inout EndpointLoad) -> Void = { _ in }) -> EndpointLoad {
        var load = EndpointLoad()
        load.prefillRate = PrefillRate(tokensPerSecond: 1000)
        change(&load)
        return load
    }

    private func prefix(_ blocks: Int32, byTier: SIMD4<Int32> = SIMD4()) -> CachedPrefix {
        CachedPrefix(
            match: EndpointMatch(
                endpoint: EndpointID(rawValue: 0),
                blocks: blocks,
                blocksByTier: byTier
            ),
            blockCount: 100,
            blockTokens: 10
        )
    }

    private func seconds(
        _ load: EndpointLoad,
        holding prefix: CachedPrefix? = nil,
        promptTokens: Int = 1000
    ) -> Double {
        time.seconds(at: load, holding: prefix ?? self.prefix(0), promptTokens: promptTokens)
    }

    private func isClose(_ one: Double, _ other: Double) -> Bool { abs(one - other) < 1e-9 }

    @Test func `an idle endpoint computes what it does not hold`() {
        #expect(isClose(seconds(load()), 1))
        #expect(isClose(seconds(load(), holding: prefix(40)), 0.6))
        #expect(isClose(seconds(load(), holding: prefix(100)), 0))
        #expect(isClose(seconds(load { $0.prefillRate.overheadSeconds = 0.25 }), 1.25))
    }

    @Test func `a block in a slower tier saves less`() {
        let far = seconds(load(), holding: prefix(50, byTier: [0, 50, 0, 0]))
        #expect(isClose(far, 1 - 0.8 * 0.5))
    }

    @Test func `prompts that are ahead come first, each with a price of its own`() {
        let busy = load {
            $0.prefillingRequests = 3
            $0.prefillingTokens = 2000
        }
        #expect(isClose(seconds(busy), 3 + 0.015))
    }

    @Test func `a faster endpoint takes less time for the same`() {
        let fast = load { $0.prefillRate.tokensPerSecond = 4000 }
        #expect(isClose(seconds(fast), 0.25))
    }

    @Test func `others in the engine's queue count like ours, or like this request`() {
        let foreign = load { $0.report.waitingRequests = 2 }
        #expect(isClose(seconds(foreign), 3 + 0.01))
        let mixed = load {
            $0.inFlightRequests = 4
            $0.prefillingRequests = 4
            $0.prefillingTokens = 800
            $0.report.waitingRequests = 6
        }
        #expect(isClose(seconds(mixed), 0.8 + 2 * 0.2 + 1 + 6 * 0.005))
    }

    @Test func `our own requests in the engine's queue do not count twice`() {
        let own = load {
            $0.inFlightRequests = 5
            $0.prefillingRequests = 3
            $0.prefillingTokens = 300
            $0.report.waitingRequests = 3
            $0.report.runningRequests = 2
        }
        #expect(isClose(seconds(own), 0.3 + 1 + 0.015))
        // A report from when more of ours waited: since then they run.
        let stale = load {
            $0.inFlightRequests = 5
            $0.report.waitingRequests = 5
        }
        #expect(isClose(seconds(stale), 1))
    }

    @Test func `tokens that the KV cache has no room for count twice`() {
        let full = load {
            $0.report.kvCacheTokens = 10_000
            $0.report.kvCacheUsage = 0.96
        }
        #expect(isClose(seconds(full), 1 + 0.6))
        #expect(isClose(seconds(full, holding: prefix(60)), 0.4))
        let roomy = load {
            $0.report.kvCacheTokens = 10_000
            $0.report.kvCacheUsage = 0.5
        }
        #expect(isClose(seconds(roomy), 1))
        #expect(isClose(seconds(load { $0.report.kvCacheUsage = 1 }), 1))
        let overfull = load {
            $0.report.kvCacheTokens = 10_000
            $0.report.kvCacheUsage = 1.5
        }
        #expect(isClose(seconds(overfull), 2))
    }

    @Test(
        arguments: [0, -5, .nan, .infinity, -.infinity, .leastNonzeroMagnitude, 1e308, -1e308]
            as [Double]
    )
    func `whatever the figures, the time is one that can be compared`(figure: Double) {
        let loads = [
            load { $0.prefillRate = PrefillRate(tokensPerSecond: figure, overheadSeconds: figure) },
            load {
                $0.report.kvCacheTokens = .max
                $0.report.kvCacheUsage = figure
            },
            load {
                $0.prefillingTokens = .max
                $0.prefillingRequests = .max
                $0.report.waitingRequests = .max
                $0.inFlightRequests = .min
            },
            load {
                $0.prefillingTokens = .min
                $0.prefillingRequests = .min
                $0.report.waitingRequests = .min
                $0.report.runningRequests = .min
            },
        ]
        for load in loads {
            for promptTokens in [0, 1000, Int.max, Int.min] {
                let seconds = seconds(load, promptTokens: promptTokens)
                #expect(seconds >= 0 && seconds <= TimeToFirstToken.secondsMax)
            }
        }
    }

    @Test func `predictions for all candidates are those for each`() {
        let pool = (0..<4).map { id in
            Endpoint(id: EndpointID(rawValue: id), name: "engine-\(id)", address: "e\(id):80")
        }
        var request = InferenceRequest(model: "m")
        request.promptTokens = 1000
        var context = SchedulingContext(
            request: request,
            snapshot: EndpointSnapshot(generation: 1, endpoints: pool),
            loads: (0..<4).map { index in
                load {
                    $0.prefillingTokens = 100 * index
                    $0.prefillingRequests = Int32(index)
                }
            }
        )
        context.matches = PrefixMatches(
            blockCount: 62,
            matchedBlocks: [EndpointID(rawValue: 2): 31]
        )
        context.announcing = pool.map { _ in true }
        let candidates = Candidates([1, 2, 3])
        var predicted = [0.0, 0.0, 0.0]
        let fewest = time.predict(candidates, in: context, into: &predicted)
        var cursor = PrefixCursor(.automatic, in: context)
        let single = [1, 2, 3].map { position in
            time.seconds(
                at: context.loads[position],
                holding: cursor.prefix(at: position),
                promptTokens: 1000
            )
        }
        #expect(predicted == single)
        #expect(fewest == predicted[1])
        #expect(time.predict(Candidates(), in: context, into: &predicted) == .infinity)
    }

    @Test func `what was made room for of late makes an endpoint dearer, in comparison`() {
        var time = TimeToFirstToken()
        time.displacementWeight = 0.5
        var loads = [EndpointLoad](repeating: EndpointLoad(), count: 3)
        for position in loads.indices {
            loads[position].prefillRate = PrefillRate(tokensPerSecond: 1000, overheadSeconds: 1)
        }
        (loads[0].recentTokens, loads[1].recentTokens) = (2e9, 1e9)
        let endpoints = (0..<3).map {
            Endpoint(id: EndpointID(rawValue: $0), name: "\($0)", address: "a:\($0)")
        }
        var context = SchedulingContext(
            request: InferenceRequest(model: "m"),
            snapshot: EndpointSnapshot(generation: 1, endpoints: endpoints),
            loads: loads
        )
        context.request.promptTokens = 2000
        var seconds = [0.0, 0, 0]
        let fewest = time.predict(Candidates(0..<3), in: context, into: &seconds)
        // Twice the mean, the mean, and nothing; of 2 seconds of its own.
        #expect(seconds == [5, 4, 3])
        #expect(fewest == 3)
        time.displacementWeight = 0
        _ = time.predict(Candidates(0..<3), in: context, into: &seconds)
        #expect(seconds == [3, 3, 3])
    }

    @Test(arguments: [Double.nan, .infinity, -1, .greatestFiniteMagnitude])
    func `whatever the figures say, displacement keeps times within bounds`(recent: Double) {
        var time = TimeToFirstToken()
        time.displacementWeight = 1000
        var load = EndpointLoad()
        load.recentTokens = recent
        load.prefillRate.secondsPerSquaredToken = 1
        var context = SchedulingContext(
            request: InferenceRequest(model: "m"),
            snapshot: EndpointSnapshot(
                generation: 1,
                endpoints: [Endpoint(id: EndpointID(rawValue: 0), name: "", address: "")]
            ),
            loads: [load]
        )
        context.request.promptTokens = 1 << 40
        var seconds = [0.0]
        _ = time.predict(Candidates(0..<1), in: context, into: &seconds)
        #expect((0...TimeToFirstToken.secondsMax).contains(seconds[0]))
    }

    @Test(arguments: [2, 8, 100])
    func `a session stays where its prefix is in a pool that is all but idle`(count: Int) {
        var time = TimeToFirstToken()
        time.displacementWeight = 0.5
        let endpoints = (0..<count).map {
            Endpoint(id: EndpointID(rawValue: UInt32($0)), name: "\($0)", address: "a:\($0)")
        }
        var context = SchedulingContext(
            request: InferenceRequest(model: "m"),
            snapshot: EndpointSnapshot(generation: 1, endpoints: endpoints)
        )
        context.request.promptTokens = 2600
        context.loads[0].recentTokens = 2000
        context.announcing = endpoints.map { _ in true }
        context.matches = PrefixMatches(
            blockCount: 162,
            matchedBlocks: [EndpointID(rawValue: 0): 125]
        )
        var seconds = [Double](repeating: 0, count: count)
        let fewest = time.predict(Candidates(0..<count), in: context, into: &seconds)
        #expect(seconds[0] == fewest)
        #expect(seconds[0] < 0.3 * seconds[1])
    }
}
