/// Decomposes, orders and composes the scalars of one segment of a text. Reuses its memory.
struct SegmentNormalizer {
    private let form: NormalizationForm
    private let data = NormalizationData.shared
    private var scalars: [UInt32] = []
    private var sorted: [UInt32] = []

    init(form: NormalizationForm) { self.form = form }

    mutating func normalize(
        _ text: Span<UInt8>,
        in range: Range<Int>,
        to output: inout [UInt8]
    ) {
        scalars.removeAll(keepingCapacity: true)
        var index = range.lowerBound
        while index < range.upperBound {
            let scalar = text.utf8Scalar(at: index)
            decompose(scalar.value)
            index += scalar.byteCount
        }
        reorder()
        if form.composes { compose() }
        for scalar in scalars { output.append(utf8: scalar) }
    }

    private mutating func decompose(_ scalar: UInt32) {
        if Hangul.syllables.contains(scalar) {
            Hangul.decompose(scalar) { scalars.append($0) }
        } else if form.isCompatible, data.compatibility.contains(scalar) {
            for target in data.compatibility.targets(of: scalar) {
                scalars.append(data.compatibility[target])
            }
        } else if data.canonical.contains(scalar) {
            for target in data.canonical.targets(of: scalar) {
                scalars.append(data.canonical[target])
            }
        } else {
            scalars.append(scalar)
        }
    }

    /// Sorts each run of marks by combining class; equal ones stay in order.
    private mutating func reorder() {
        var start = 0
        while start < scalars.count {
            guard data.combiningClass(of: scalars[start]) != 0 else {
                start += 1
                continue
            }
            var end = start + 1
            while end < scalars.count, data.combiningClass(of: scalars[end]) != 0 { end += 1 }
            if end - start > 1 { sortMarks(in: start..<end) }
            start = end
        }
    }

    private mutating func sortMarks(in range: Range<Int>) {
        guard range.count > 16 else { return insertMarks(in: range) }
        var places = [Int](repeating: 0, count: 257)
        for index in range { places[Int(data.combiningClass(of: scalars[index])) + 1] += 1 }
        for value in 1...256 { places[value] += places[value - 1] }
        sorted.removeAll(keepingCapacity: true)
        sorted.append(contentsOf: scalars[range])
        for mark in sorted {
            let value = Int(data.combiningClass(of: mark))
            scalars[range.lowerBound + places[value]] = mark
            places[value] += 1
        }
    }

    private mutating func insertMarks(in range: Range<Int>) {
        for index in range.dropFirst() {
            let mark = scalars[index]
            let value = data.combiningClass(of: mark)
            var place = index
            while place > range.lowerBound,
                data.combiningClass(of: scalars[place - 1]) > value
            {
                scalars[place] = scalars[place - 1]
                place -= 1
            }
            scalars[place] = mark
        }
    }

    /// Joins each scalar to the starter before it, unless something between the two blocks it.
    private mutating func compose() {
        var count = 0
        var starter: Int?
        var previousClass: UInt8 = 0
        for scalar in scalars {
            let combiningClass = data.combiningClass(of: scalar)
            if let starter, starter == count - 1 || previousClass < combiningClass,
                let composed = data.composition(of: scalars[starter], and: scalar)
            {
                scalars[starter] = composed
                continue
            }
            if combiningClass == 0 { starter = count }
            previousClass = combiningClass
            scalars[count] = scalar
            count += 1
        }
        scalars.removeSubrange(count...)
    }
}
