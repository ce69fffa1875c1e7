import Domain
import Foundation
import Routing
import Testing

@Suite struct PrefillRateEstimatorTests {
    /// A server that computes prompts one after the other: to the first token it takes an overhead,
    /// the time for all tokens ahead, and some more that nobody can foresee.
    private struct Server {
        let rate: Double
        var overhead = 0.02
        var chance = Chance(7)

        mutating func seconds(_ tokens: Int) -> Double {
            let jitter = 1 + 0.1 * (chance.next() - 0.5)
            let waiting = -0.005 * log(1 - chance.next())
            return overhead + Double(tokens) / rate * jitter + waiting
        }

        /// Of a prompt behind up to three others.
        mutating func tokens() -> Int {
            (0...chance.below(4)).reduce(0) { sum, _ in sum + 50 + chance.below(16_000) }
        }
    }

    private func learn(
        _ count: Int,
        from server: inout Server,
        in estimator: inout PrefillRateEstimator,
        prior: PrefillRate = PrefillRate()
    ) {
        for _ in 0..<count {
            let tokens = server.tokens()
            estimator.learn(tokens: tokens, seconds: server.seconds(tokens), shrunkTo: prior)
        }
    }

    private func rate(of estimator: PrefillRateEstimator) -> PrefillRate {
        estimator.rate(shrunkTo: PrefillRate())
    }

    @Test(arguments: [2_000.0, 16_000, 100_000], [1, 2, 3, 4])
    func `what is learned comes within five per cent`(speed: Double, seed: Int) {
        var estimator = PrefillRateEstimator()
        var server = Server(rate: speed, chance: Chance(UInt64(seed)))
        learn(400, from: &server, in: &estimator)
        let learned = rate(of: estimator)
        #expect(abs(learned.tokensPerSecond / speed - 1) < 0.05, "\(learned)")
        // A prompt of 8000 tokens is predicted as well.
        let predicted = learned.overheadSeconds + 8000 / learned.tokensPerSecond
        #expect(abs(predicted / (0.025 + 8000 / speed) - 1) < 0.06, "\(learned)")
    }

    @Test(arguments: [2_000.0, 16_000, 100_000])
    func `some that take ten times as long change little`(speed: Double) {
        var estimator = PrefillRateEstimator()
        var server = Server(rate: speed)
        for number in 0..<400 {
            let tokens = server.tokens()
            let seconds = server.seconds(tokens) * (number % 33 == 32 ? 10 : 1)
            estimator.learn(tokens: tokens, seconds: seconds, shrunkTo: PrefillRate())
        }
        #expect(abs(rate(of: estimator).tokensPerSecond / speed - 1) < 0.1)
    }

    @Test func `a bad beginning is forgotten`() {
        var estimator = PrefillRateEstimator()
        // As of an engine that compiles its kernels for its first requests.
        for tokens in [1000, 8000, 30_000] {
            estimator.learn(tokens: tokens, seconds: 30, shrunkTo: PrefillRate())
        }
        var server = Server(rate: 16_000)
        learn(80, from: &server, in: &estimator)
        #expect(abs(rate(of: estimator).tokensPerSecond / 16_000 - 1) < 0.15)
    }

    @Test func `an engine that becomes slower is followed`() {
        var estimator = PrefillRateEstimator()
        var server = Server(rate: 40_000)
        learn(1000, from: &server, in: &estimator)
        server = Server(rate: 10_000)
        learn(600, from: &server, in: &estimator)
        #expect(abs(rate(of: estimator).tokensPerSecond / 10_000 - 1) < 0.15)
    }

    @Test(arguments: [2_000.0, 100_000])
    func `prompts of one length tell the rate, and take the overhead from the prior`(
        speed: Double
    ) {
        var estimator = PrefillRateEstimator()
        var server = Server(rate: speed)
        for _ in 0..<64 {
            estimator.learn(
                tokens: 8000,
                seconds: server.seconds(8000),
                shrunkTo: PrefillRate(tokensPerSecond: 16_000, overheadSeconds: 0.02)
            )
        }
        let learned = estimator.rate(
            shrunkTo: PrefillRate(tokensPerSecond: 16_000, overheadSeconds: 0.02)
        )
        #expect(abs(learned.tokensPerSecond / speed - 1) < 0.15, "\(learned)")
        #expect(learned.overheadSeconds < 0.06)
    }

    /// The straight line that fits best would begin below 0.
    @Test func `an engine that slows down with the prompt's length is right on the whole`() {
        var estimator = PrefillRateEstimator()
        let prompts = (0..<300).map { 1000 + $0 * 7919 % 30_000 }
        func seconds(_ tokens: Int) -> Double { pow(Double(tokens) / 20_000, 2) }
        for tokens in prompts {
            estimator.learn(tokens: tokens, seconds: seconds(tokens), shrunkTo: PrefillRate())
        }
        let learned = rate(of: estimator)
        #expect(learned.overheadSeconds < 0.01)
        let actual = prompts.reduce(0) { $0 + seconds($1) }
        let predicted = prompts.reduce(0) { $0 + Double($1) / learned.tokensPerSecond }
        #expect(abs(predicted / actual - 1) < 0.2, "\(learned)")
    }

    @Test func `tiny prompts tell the overhead, and leave the rate`() {
        var estimator = PrefillRateEstimator()
        var server = Server(rate: 16_000)
        for number in 0..<200 {
            let tokens = number % 4
            estimator.learn(
                tokens: tokens,
                seconds: server.seconds(tokens),
                shrunkTo: PrefillRate()
            )
        }
        let learned = rate(of: estimator)
        #expect(abs(learned.overheadSeconds - 0.025) < 0.003, "\(learned)")
        #expect(abs(learned.tokensPerSecond / PrefillRate.defaultTokensPerSecond - 1) < 0.1)
    }

    @Test func `what cannot be is not learned`() {
        var estimator = PrefillRateEstimator()
        for seconds in [0, -1, .nan, .infinity, -Double.infinity] {
            estimator.learn(tokens: 100, seconds: seconds, shrunkTo: PrefillRate())
        }
        estimator.learn(tokens: -1, seconds: 1, shrunkTo: PrefillRate())
        estimator.learn(tokens: .min, seconds: 1, shrunkTo: PrefillRate())
        #expect(estimator == PrefillRateEstimator())
    }

    @Test func `whatever is learned, the rate stays within bounds`() {
        let extremes = [0, 1, 1000, Int.max]
        let times = [Double.leastNonzeroMagnitude, 1e-9, 1, 1e12, .greatestFiniteMagnitude]
        let priors = [
            PrefillRate(), PrefillRate(tokensPerSecond: .nan, overheadSeconds: .nan),
            PrefillRate(tokensPerSecond: 0), PrefillRate(tokensPerSecond: -Double.infinity),
            PrefillRate(tokensPerSecond: .infinity, overheadSeconds: .infinity),
        ]
        var chance = Chance(1)
        for prior in priors {
            var estimator = PrefillRateEstimator()
            for _ in 0..<2000 {
                estimator.learn(
                    tokens: extremes[chance.below(extremes.count)],
                    seconds: times[chance.below(times.count)],
                    shrunkTo: prior
                )
                let learned = estimator.rate(shrunkTo: prior)
                #expect(
                    PrefillRateEstimator.tokensPerSecondBounds.contains(learned.tokensPerSecond)
                )
                #expect(
                    (0...PrefillRateEstimator.overheadSecondsMax).contains(learned.overheadSeconds)
                )
            }
        }
    }

    @Test func `who has seen nothing goes by the prior, and who has seen little leans on it`() {
        var estimator = PrefillRateEstimator()
        let prior = PrefillRate(tokensPerSecond: 20_000, overheadSeconds: 0.01)
        #expect(estimator.rate(shrunkTo: prior) == prior)
        estimator.learn(tokens: 10_000, seconds: 5, shrunkTo: prior)
        let first = estimator.rate(shrunkTo: prior)
        #expect((2_100..<12_000).contains(first.tokensPerSecond), "\(first)")
        for _ in 0..<30 { estimator.learn(tokens: 10_000, seconds: 5, shrunkTo: prior) }
        let later = estimator.rate(shrunkTo: prior)
        #expect(abs(later.tokensPerSecond / 2_000 - 1) < 0.05, "\(later)")
    }
}
