import Domain
import Foundation
import Testing

@testable import Routing

@Suite struct PrefillCurveTests {
    /// A server that computes prompts one after the other: each takes a time in proportion to its
    /// tokens and some for their square, all an overhead, and more that nobody can foresee.
    private struct Server {
        let rate: Double
        var overhead = 0.02
        var bend = 0.0
        var chance = Chance(7)

        mutating func seconds(_ work: PrefillWork) -> Double {
            let jitter = 1 + 0.1 * (chance.next() - 0.5)
            return overhead + (work.tokens / rate + work.squares * bend) * jitter
        }

        /// Of a prompt behind up to three others.
        mutating func work() -> PrefillWork {
            let prompts = (0...chance.below(4)).map { _ in Double(50 + chance.below(16_000)) }
            return PrefillWork(
                tokens: prompts.reduce(0, +),
                squares: prompts.reduce(0) { $0 + $1 * $1 }
            )
        }
    }

    private func learned(_ count: Int, from server: Server) -> PrefillRate {
        var (server, curve) = (server, PrefillCurve())
        for _ in 0..<count {
            let work = server.work()
            _ = curve.learn(work, seconds: server.seconds(work))
        }
        return curve.rate()
    }

    @Test(arguments: [2_000.0, 16_000, 100_000], [1, 2, 3, 4])
    func `times are predicted within five per cent, whatever the length`(speed: Double, seed: Int) {
        let rate = learned(600, from: Server(rate: speed, chance: Chance(UInt64(seed))))
        for tokens in [500, 2000, 8000, 30_000] {
            let predicted = rate.seconds(for: PrefillWork(of: tokens))
            #expect(abs(predicted / (0.02 + Double(tokens) / speed) - 1) < 0.05, "\(rate)")
        }
    }

    @Test func `that long prompts take more than in proportion is learned, too`() {
        let bend = 4e-7 / 1000
        let rate = learned(2000, from: Server(rate: 65_000, bend: bend))
        for tokens in [1000, 10_000, 100_000] {
            let expected = 0.02 + Double(tokens) / 65_000 + bend * Double(tokens) * Double(tokens)
            let predicted = rate.seconds(for: PrefillWork(of: tokens))
            #expect(abs(predicted / expected - 1) < 0.1, "\(tokens) \(rate)")
        }
    }

    @Test func `some that take ten times as long change little`() {
        var server = Server(rate: 16_000)
        var curve = PrefillCurve()
        for number in 0..<600 {
            let work = server.work()
            _ = curve.learn(work, seconds: server.seconds(work) * (number % 33 == 32 ? 10 : 1))
        }
        let predicted = curve.rate().seconds(for: PrefillWork(of: 8000))
        #expect(abs(predicted / 0.52 - 1) < 0.15)
    }

    @Test func `without observations the prior holds, and a few do not throw it over`() {
        #expect(PrefillCurve().rate() == PrefillRate())
        var curve = PrefillCurve()
        _ = curve.learn(PrefillWork(of: 1000), seconds: 0.0628)
        let rate = curve.rate()
        #expect(abs(rate.tokensPerSecond / PrefillRate.defaultTokensPerSecond - 1) < 0.05)
    }

    @Test func `prompts that are all of one length teach their own time`() {
        var curve = PrefillCurve()
        for _ in 0..<100 { _ = curve.learn(PrefillWork(of: 4000), seconds: 2) }
        let rate = curve.rate()
        #expect(abs(rate.seconds(for: PrefillWork(of: 4000)) / 2 - 1) < 0.05, "\(rate)")
        #expect(rate.seconds(for: PrefillWork(of: 8000)) > 2)
    }

    @Test func `an engine that has become slower is followed`() {
        var curve = PrefillCurve()
        for _ in 0..<1000 { _ = curve.learn(PrefillWork(of: 4000), seconds: 0.1) }
        for _ in 0..<1500 { _ = curve.learn(PrefillWork(of: 4000), seconds: 0.4) }
        #expect(abs(curve.rate().seconds(for: PrefillWork(of: 4000)) / 0.4 - 1) < 0.1)
    }

    @Test(arguments: [0, -1, .nan, .infinity, -.infinity] as [Double])
    func `a time that cannot be is not taken`(seconds: Double) {
        var curve = PrefillCurve()
        #expect(curve.learn(PrefillWork(of: 10), seconds: seconds) == nil)
        #expect(curve == PrefillCurve())
        #expect(curve.learn(PrefillWork(tokens: .nan, squares: 0), seconds: 1) == nil)
        #expect(curve.learn(PrefillWork(tokens: 1, squares: -.infinity), seconds: 1) == nil)
    }

    @Test func `whatever comes, what is learned is within bounds`() {
        var chance = Chance(11)
        for _ in 0..<200 {
            var curve = PrefillCurve()
            for _ in 0..<chance.below(40) {
                let tokens = pow(10, 12 * chance.next()) - 1
                _ = curve.learn(
                    PrefillWork(tokens: tokens, squares: tokens * tokens * chance.next()),
                    seconds: pow(10, 16 * chance.next() - 8)
                )
            }
            let rate = curve.rate()
            #expect(PrefillCurve.tokensPerSecondBounds.contains(rate.tokensPerSecond))
            #expect((0...PrefillCurve.overheadSecondsMax).contains(rate.overheadSeconds))
            #expect(
                (0...PrefillCurve.secondsPerSquaredTokenMax).contains(rate.secondsPerSquaredToken)
            )
        }
    }

    @Test func `how far off others of its length it is, is told once there are some`() throws {
        var curve = PrefillCurve()
        for _ in 0..<4 { #expect(curve.learn(PrefillWork(of: 1000), seconds: 0.1) == nil) }
        let difference = curve.learn(PrefillWork(of: 1000), seconds: 0.2)
        #expect(abs(try #require(difference) - log(2)) < 1e-9)
        #expect(curve.learn(PrefillWork(of: 100_000), seconds: 0.2) == nil)
    }

    @Test func `prompts of one class are not taken to be as long`() throws {
        var curve = PrefillCurve()
        var differences: [Double] = []
        let rate = PrefillRate(tokensPerSecond: 1000)
        for number in 0..<400 {
            let tokens = number % 2 == 0 ? 1100 : 2000
            let difference = curve.learn(
                PrefillWork(of: tokens),
                seconds: Double(tokens) / 1000,
                along: rate
            )
            if let difference { differences.append(difference) }
        }
        let last = differences.suffix(100)
        #expect(last.allSatisfy { abs($0) < 0.1 })
    }
}
