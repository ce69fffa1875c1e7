import Domain
import FlowControl
import Randomness
import Synchronization
import Testing

/// Random requests from many tasks, of which some give up.
@Suite(.timeLimit(.minutes(2))) struct AdmissionStressTests {
    private let gate = AdmissionFixture(
        endpoints: 4,
        requestsMax: 4,
        flowControl: .fake { config in
            let band = PriorityBandConfig(requestsMax: 60, fairness: .roundRobin)
            config.defaultBand = band
            config.defaultNegativeBand = band
            config.requestsMax = 100
            config.usageLimit = .byRank(lowest: 0.5, highest: 1)
        },
        clock: nil
    )

    /// Takes a place for a while, as one request does.
    private func serve(_ random: inout SplitMix64) async -> AdmissionFixture.Outcome {
        let outcome = await gate.pass(
            priority: random.below(4) - 2,
            flow: "flow-\(random.below(20))",
            bytes: random.below(1000)
        )
        guard outcome == .success else { return outcome }
        for _ in 0..<random.below(20) { await Task.yield() }
        gate.pool.release()
        gate.admission.capacityChanged()
        return outcome
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `every request is answered once and nothing stays behind`(seed: UInt64) async {
        let running = Task { await gate.admission.run() }
        let answers = await withTaskGroup(of: [AdmissionFixture.Outcome].self) { clients in
            for client in 0..<200 as Range<UInt64> {
                clients.addTask {
                    var random = SplitMix64(seed: seed &* 1000 &+ client)
                    var outcomes: [AdmissionFixture.Outcome] = []
                    for _ in 0..<20 {
                        let givesUp = random.below(4) == 0
                        let patience = random.below(30)
                        var ownRandom = SplitMix64(seed: random.next())
                        let request = Task { await serve(&ownRandom) }
                        if givesUp {
                            for _ in 0..<patience { await Task.yield() }
                            request.cancel()
                        }
                        outcomes.append(await request.value)
                    }
                    return outcomes
                }
            }
            return await clients.reduce(into: []) { $0 += $1 }
        }
        running.cancel()
        await running.value

        #expect(answers.count == 4000)
        let possible: [AdmissionFixture.Outcome] = [
            .success, .failure(.cancelled), .failure(.evicted), .failure(.queueFull),
        ]
        #expect(answers.allSatisfy(possible.contains))
        #expect(possible.allSatisfy(answers.contains))
        #expect(gate.admission.waitingCount == 0)
        #expect(gate.admission.pendingCount == 0)
        #expect(gate.pool.inFlight == 0)
        #expect(gate.pool.inFlightMost <= 16)
    }
}
