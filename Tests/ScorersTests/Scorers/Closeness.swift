/// Whether numbers are equal but for rounding.
func areClose(_ some: [Double], _ others: [Double], within tolerance: Double = 1e-9) -> Bool {
    some.count == others.count
        && zip(some, others).allSatisfy { abs($0 - $1) <= tolerance }
}
