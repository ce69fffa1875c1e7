import Domain

/// The curve overhead + tokens / rate + squares · bend with the least weighted squares, none of its
/// parts negative.
struct CurveFit {
    /// Sums of products of (1, tokens, squares), and of each with the time.
    private var products = [Double](repeating: 0, count: 9)
    private var times = [Double](repeating: 0, count: 3)
    private var meanWeight = 0.0

    /// How many observations the prior counts for.
    private static let priorWeight = 1.0

    mutating func add(_ work: PrefillWork, seconds: Double, weight: Double) {
        let terms = [1, work.tokens, work.squares]
        for row in 0..<3 {
            for column in 0..<3 {
                products[row * 3 + column] += weight * terms[row] * terms[column]
            }
            times[row] += weight * terms[row] * seconds
        }
        meanWeight += weight
    }

    /// - Parameter prior: counts for little against what was seen, and alone if nothing was.
    func solved(prior: PrefillRate) -> PrefillRate {
        guard meanWeight > 0 else { return prior }
        var fit = self
        let tokens = max(1, products[1] / meanWeight)
        let seconds = prior.seconds(for: PrefillWork(of: Int(tokens)))
        // One that is far too fast must not count for more than what it differs from.
        let scale = max(seconds, times[0] / meanWeight)
        fit.add(
            PrefillWork(of: Int(tokens)),
            seconds: seconds,
            weight: Self.priorWeight / (scale * scale)
        )
        // All three parts, or those without which none of the others is negative.
        for terms in [[0, 1, 2], [0, 1], [1, 2], [1]] {
            guard let solution = fit.solution(of: terms), solution.allSatisfy({ $0 >= 0 }),
                solution[1] > 0
            else { continue }
            return PrefillRate(
                tokensPerSecond: 1 / solution[1],
                overheadSeconds: solution[0],
                secondsPerSquaredToken: solution[2]
            )
        }
        return prior
    }

    /// By Gauss and Jordan, with the terms that are left out at 0. Nil if they cannot be told apart.
    private func solution(of terms: [Int]) -> [Double]? {
        let count = terms.count
        // Scaled, so that squares of tokens and seconds are of one size.
        let scales = terms.map { max(products[$0 * 3 + $0], .leastNormalMagnitude).squareRoot() }
        var rows = (0..<count).map { row in
            (0..<count).map { products[terms[row] * 3 + terms[$0]] / (scales[row] * scales[$0]) }
                + [times[terms[row]] / scales[row]]
        }
        for column in 0..<count {
            let pivot = rows[column][column]
            guard pivot > 1e-9 else { return nil }
            for place in column...count { rows[column][place] /= pivot }
            for row in 0..<count where row != column {
                let factor = rows[row][column]
                for place in column...count { rows[row][place] -= factor * rows[column][place] }
            }
        }
        var solution = [0.0, 0.0, 0.0]
        for (row, term) in terms.enumerated() { solution[term] = rows[row][count] / scales[row] }
        return solution
    }
}
