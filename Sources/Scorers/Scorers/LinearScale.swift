/// A straight line between two numbers, for scores.
struct LinearScale {
    private let low: Double
    private let high: Double

    init(from low: Double, to high: Double) {
        self.low = low
        self.high = high
    }

    /// From the least to the greatest; what is not a number does not count.
    init(spanning numbers: [Double]) {
        var (low, high) = (Double.infinity, -Double.infinity)
        for number in numbers {
            low = Swift.min(low, number)
            high = Swift.max(high, number)
        }
        self.init(from: low, to: high)
    }

    /// Turns numbers into scores, in place: 1 at the better end and 0 at the other, 1 for all if the
    /// ends meet. What is not a number becomes 0.
    func rate(_ numbers: inout [Double], lowerIsBetter: Bool) {
        for index in numbers.indices {
            numbers[index] = score(of: numbers[index], lowerIsBetter: lowerIsBetter)
        }
    }

    private func score(of number: Double, lowerIsBetter: Bool) -> Double {
        guard high > low else { return number.isNaN ? 0 : 1 }
        let distance = lowerIsBetter ? high - number : number - low
        return (distance / (high - low)).asScore
    }
}

extension Double {
    /// The nearest score; 0 if it is not a number.
    var asScore: Double { self > 0 ? Swift.min(self, 1) : 0 }
}
