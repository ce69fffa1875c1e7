import Domain
package import Scheduling

/// Keeps the endpoints that are predicted to give the first token in the time that the request
/// allows; for a few requests those that are not, so that what is thought of them can be put right.
/// Keeps all if none is, or all are, and if the request allows any time.
package struct SLOHeadroomFilter: Equatable, Filter {
    /// Headers that say how many milliseconds the first token may take. The first that does counts.
    package static let headers = ["x-llm-d-slo-ttft-ms", "x-slo-ttft-ms"]

    private let explorationProbability: Double
    private let time: TimeToFirstToken

    /// - Parameter explorationProbability: the share of requests that go to those too slow, 0...1.
    package init(explorationProbability: Double = 0.01, time: TimeToFirstToken = .init()) {
        self.explorationProbability = explorationProbability
        self.time = time
    }

    package func filter(_ candidates: inout Candidates, in context: SchedulingContext) {
        guard let secondsMax = Self.secondsMax(of: context.request) else { return }
        var cursor = PrefixCursor(time.source, in: context)
        var inTimeCount = 0
        for index in 0..<candidates.count
        where isInTime(candidates[index], secondsMax, &cursor, context) {
            inTimeCount += 1
        }
        guard inTimeCount > 0, inTimeCount < candidates.count else { return }
        let explores = context.happens(explorationProbability, seed: 0x736C_6F)
        cursor = PrefixCursor(time.source, in: context)
        candidates.keep { isInTime($0, secondsMax, &cursor, context) != explores }
    }

    private func isInTime(
        _ position: Int,
        _ secondsMax: Double,
        _ cursor: inout PrefixCursor,
        _ context: SchedulingContext
    ) -> Bool {
        let seconds = time.seconds(
            at: context.loads[position],
            holding: cursor.prefix(at: position),
            promptTokens: context.request.promptTokens
        )
        return seconds <= secondsMax
    }

    /// Nil if no header holds a positive number: a client's mistake costs it its wish, no more.
    private static func secondsMax(of request: InferenceRequest) -> Double? {
        for header in headers {
            guard let value = request.header(header), value.utf8.count <= 32,
                let milliseconds = Double(value), milliseconds.isFinite, milliseconds > 0
            else { continue }
            return milliseconds / 1000
        }
        return nil
    }
}
