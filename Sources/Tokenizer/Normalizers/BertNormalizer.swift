/// The normalizer of BERT models: four steps, each of which may be off, in this order.
struct BertNormalizer: Equatable, Sendable {
    /// Removes control characters, and makes all whitespace spaces.
    var cleansText: Bool
    /// Puts spaces around Chinese characters.
    var padsChinese: Bool
    /// Takes apart and drops accents.
    var stripsAccents: Bool
    var lowercases: Bool

    var isIdentity: Bool { !cleansText && !padsChinese && !stripsAccents && !lowercases }

    func normalize(_ text: Span<UInt8>, to output: inout [UInt8]) {
        guard stripsAccents else {
            return clean(text, to: &output) { append($0, to: &$1) }
        }
        var cleaned: [UInt8] = []
        clean(text, to: &cleaned) { $1.append(utf8: $0) }
        var decomposed: [UInt8] = []
        NormalizationForm.nfd.normalize(cleaned.span, to: &decomposed)
        decomposed.span.forEachScalar { scalar in
            if !TextProperty.of(scalar).contains(.bertAccent) { append(scalar, to: &output) }
        }
    }

    /// The first two steps. `append` does what follows for one scalar.
    private func clean(
        _ text: Span<UInt8>,
        to output: inout [UInt8],
        append: (UInt32, inout [UInt8]) -> Void
    ) {
        text.forEachScalar { scalar in
            let property = TextProperty.of(scalar)
            if cleansText, property.contains(.bertRemoved) { return }
            if cleansText, property.contains(.bertSpace) { return output.append(0x20) }
            let isPadded = padsChinese && property.contains(.chinese)
            if isPadded { output.append(0x20) }
            append(scalar, &output)
            if isPadded { output.append(0x20) }
        }
    }

    private func append(_ scalar: UInt32, to output: inout [UInt8]) {
        if lowercases { Lowercase.append(scalar, to: &output) } else { output.append(utf8: scalar) }
    }
}
