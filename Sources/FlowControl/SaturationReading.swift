/// How full the endpoints of one stage are, and how each further request fills them: read once,
/// it tells the saturation for any number of requests that are on their way.
package struct SaturationReading: Equatable, Sendable {
    /// One bound on what a pool should have to do, and how much of it there is. Kept apart, so that
    /// a whole number at its bound is 1 and never a little less.
    package struct Line: Equatable, Sendable {
        package let amount: Double
        package let amountMax: Double
        /// What each further request adds to the amount, and each of its tokens.
        package let perRequest: Double
        package let perToken: Double

        /// - Parameter amountMax: greater than 0.
        package init(
            _ amount: Double,
            of amountMax: Double,
            perRequest: Double = 0,
            perToken: Double = 0
        ) {
            self.amount = amount
            self.amountMax = amountMax
            self.perRequest = perRequest
            self.perToken = perToken
        }

        func level(with pending: PendingRequests) -> Double {
            (amount + Double(pending.requests) * perRequest + Double(pending.tokens) * perToken)
                / amountMax
        }
    }

    /// The bound that is nearest counts. Empty: nothing bounds it.
    package private(set) var lines: [Line]
    package private(set) var endpointCount: Int
    /// Endpoints that should report on themselves and have not lately.
    package private(set) var staleEndpoints: Int

    package init(_ lines: [Line], endpointCount: Int, staleEndpoints: Int = 0) {
        self.lines = lines
        self.endpointCount = endpointCount
        self.staleEndpoints = staleEndpoints
    }

    /// The saturation if what is pending were in flight, too: 0 idle, from 1 on saturated.
    package func level(with pending: PendingRequests = PendingRequests()) -> Double {
        lines.reduce(0) { max($0, $1.level(with: pending)) }
    }

    /// Of the same endpoints, by another detector.
    mutating func formUnion(_ other: SaturationReading) {
        lines += other.lines
        endpointCount = max(endpointCount, other.endpointCount)
        staleEndpoints = max(staleEndpoints, other.staleEndpoints)
    }
}

/// Requests that may pass and whose endpoint is not picked yet.
package struct PendingRequests: Equatable, Sendable {
    package private(set) var requests = 0
    package private(set) var tokens = 0

    package init() {}

    package init(requests: Int, tokens: Int = 0) {
        self.requests = requests
        self.tokens = tokens
    }

    static func + (left: PendingRequests, right: PendingRequests) -> PendingRequests {
        PendingRequests(
            requests: left.requests + right.requests,
            tokens: left.tokens + right.tokens
        )
    }

    mutating func add(tokens count: Int) {
        requests += 1
        tokens += Self.bounded(count)
    }

    mutating func remove(tokens count: Int) {
        requests -= 1
        tokens -= Self.bounded(count)
    }

    /// Sums of no matter how many requests stay within an `Int`.
    private static func bounded(_ tokens: Int) -> Int { min(max(0, tokens), 1 << 32) }
}
