import Glibc

/// What Python's floats do that Swift's do not.
enum PythonMath {
    static func power(_ base: Double, _ exponent: Double) throws(TemplateError) -> Double {
        if base == 0, exponent < 0 { throw .failed("0.0 cannot be raised to a negative power") }
        if base < 0, exponent != exponent.rounded(), exponent.isFinite {
            throw TemplateError(.unsupported, "a complex number")
        }
        let result = pow(base, exponent)
        if result.isInfinite, base.isFinite, exponent.isFinite {
            throw .failed("Numerical result out of range")
        }
        return result
    }

    /// `value` with `places` digits after the point, rounded from its exact binary value, ties to
    /// even.
    ///
    /// A finite double has at most 1,074 digits after the point: more places are zeros.
    static func fixed(_ value: Double, places: Int) -> String {
        guard value.isFinite else { return PythonFormat.text(of: value) }
        let exact = ExactDecimal(value.magnitude)
        let digits = exact.rounded(places: places)
        let sign = value.sign == .minus ? "-" : ""
        guard places > 0 else { return sign + digits }
        let padded =
            String(repeating: "0", count: max(0, places + 1 - digits.utf8.count)) + digits
        return sign + padded.dropLast(places) + "." + padded.suffix(places)
    }

    /// `round(value, places)`: the double nearest to the decimal that `fixed` gives.
    static func rounded(_ value: Double, places: Int) -> Double {
        guard value.isFinite, places < 330 else { return value }
        if places >= 0 { return Double(fixed(value, places: places)) ?? value }
        guard places > -310 else { return value.sign == .minus ? -0.0 : 0.0 }
        let scale = pow(10, Double(-places))
        return (value / scale).rounded(.toNearestOrEven) * scale
    }
}

/// The exact value of a double, as a fraction with a power of two below: decimal digits come
/// from there.
private struct ExactDecimal {
    /// Base 10^9, least significant first: value times 10^places.
    private let value: Double

    init(_ value: Double) { self.value = value }

    /// The digits of value × 10^places, rounded to the nearest integer, ties to even.
    func rounded(places: Int) -> String {
        guard value != 0 else { return "0" }
        // value = significand × 2^exponent, exactly.
        let exponent = Int(value.exponentBitPattern == 0 ? 1 : value.exponentBitPattern) - 1075
        let hidden: UInt64 = value.exponentBitPattern == 0 ? 0 : 1 << 52
        var number = Natural(value.significandBitPattern | hidden)
        for _ in 0..<places { number.multiply(by: 10) }
        if exponent >= 0 {
            for _ in 0..<exponent { number.multiply(by: 2) }
            return number.description
        }
        number.shiftRightRounding(by: -exponent)
        return number.description
    }
}

/// A natural number of any size. Just enough for decimal digits of doubles.
private struct Natural {
    /// Base 2^32, least significant first, no zero at the end.
    private var limbs: [UInt32] = []

    init(_ value: UInt64) {
        limbs = [UInt32(truncatingIfNeeded: value), UInt32(value >> 32)]
        trim()
    }

    private mutating func trim() { while limbs.last == 0 { limbs.removeLast() } }

    mutating func multiply(by factor: UInt32) {
        var carry: UInt64 = 0
        for index in limbs.indices {
            let product = UInt64(limbs[index]) * UInt64(factor) + carry
            limbs[index] = UInt32(truncatingIfNeeded: product)
            carry = product >> 32
        }
        if carry > 0 { limbs.append(UInt32(carry)) }
    }

    private func bit(_ position: Int) -> Bool {
        position / 32 < limbs.count && limbs[position / 32] >> UInt32(position % 32) & 1 == 1
    }

    /// Divides by 2^`count`, to the nearest, ties to even.
    mutating func shiftRightRounding(by count: Int) {
        let half = bit(count - 1)
        var rest = false
        for position in 0..<(count - 1) where bit(position) {
            rest = true
            break
        }
        var shifted: [UInt32] = []
        let (words, bits) = (count / 32, UInt64(count % 32))
        for index in stride(from: words, to: limbs.count, by: 1) {
            let high = index + 1 < limbs.count ? UInt64(limbs[index + 1]) : 0
            shifted.append(UInt32(truncatingIfNeeded: (high << 32 | UInt64(limbs[index])) >> bits))
        }
        limbs = shifted
        if half, rest || bit(0) { increment() }
        trim()
    }

    private mutating func increment() {
        for index in limbs.indices {
            let (sum, overflow) = limbs[index].addingReportingOverflow(1)
            limbs[index] = sum
            if !overflow { return }
        }
        limbs.append(1)
    }

    /// Decimal.
    var description: String {
        var rest = limbs
        var groups: [UInt32] = []
        while !rest.isEmpty {
            var remainder: UInt64 = 0
            for index in rest.indices.reversed() {
                let value = remainder << 32 | UInt64(rest[index])
                rest[index] = UInt32(value / 1_000_000_000)
                remainder = value % 1_000_000_000
            }
            groups.append(UInt32(remainder))
            while rest.last == 0 { rest.removeLast() }
        }
        guard let first = groups.last else { return "0" }
        var text = String(first)
        for group in groups.dropLast().reversed() {
            let digits = String(group)
            text += String(repeating: "0", count: 9 - digits.utf8.count) + digits
        }
        return text
    }
}
