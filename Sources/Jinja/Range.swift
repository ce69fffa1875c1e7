/// `range()`: numbers that are made when they are asked for.
final class Range: TemplateObject {
    /// Longer ones are refused, as Jinja2's sandbox does.
    private static let countMax = 100_000

    private let start: Int
    private let stop: Int
    private let step: Int
    private let length: Int

    /// - Throws: for a step of zero, and for too many numbers.
    init(from start: Int, to stop: Int, by step: Int) throws(TemplateError) {
        guard step != 0 else { throw .failed("range() arg 3 must not be zero") }
        (self.start, self.stop, self.step) = (start, stop, step)
        length = try Self.length(start, stop, step)
    }

    private static func length(
        _ start: Int,
        _ stop: Int,
        _ step: Int
    ) throws(TemplateError) -> Int {
        guard step > 0 ? start < stop : start > stop else { return 0 }
        let distance =
            step > 0
            ? stop.subtractingReportingOverflow(start)
            : start.subtractingReportingOverflow(stop)
        guard !distance.overflow, step != .min,
            (distance.partialValue - 1) / abs(step) < countMax
        else { throw .failed("Range too big. The sandbox blocks ranges larger than \(countMax).") }
        return (distance.partialValue - 1) / abs(step) + 1
    }

    override var typeName: String { "range" }
    override var isTrue: Bool { length > 0 }
    override var count: Int? { length }
    override func iterate() -> [Value]? { (0..<length).map { .int(start + $0 * step) } }

    override var text: [UInt8] {
        Array("range(\(start), \(stop)\(step == 1 ? "" : ", \(step)"))".utf8)
    }

    subscript(index: Int) -> Value { .int(start + index * step) }

    func sliced(_ cut: SliceBounds) throws(TemplateError) -> Range {
        let (first, end) = cut.resolved(count: length)
        let (product, overflow) = step.multipliedReportingOverflow(by: cut.step)
        guard !overflow else { throw .limit("an integer beyond 64 bits") }
        return try Range(from: try number(first), to: try number(end), by: product)
    }

    /// The number at an index that may be one beyond the last, or one before the first.
    private func number(_ index: Int) throws(TemplateError) -> Int {
        let (offset, isFar) = index.multipliedReportingOverflow(by: step)
        let (number, isOut) = start.addingReportingOverflow(offset)
        guard !isFar, !isOut else { throw .limit("an integer beyond 64 bits") }
        return number
    }
}
