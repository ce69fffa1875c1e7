/// What the four normalization forms need to know of each scalar, as HF tokenizers has it.
struct NormalizationData: Sendable {
    static let shared = NormalizationData()

    let canonical: ScalarMapping
    /// Where the compatibility decomposition differs from the canonical one.
    let compatibility: ScalarMapping
    /// For the first scalar of a pair: a second one and what they compose to, again and again.
    private let pairs: ScalarMapping
    /// The combining class, and above it the bits of the forms that may change the scalar.
    private let traits: ScalarTable<UInt16>

    private init() {
        let canonical = ScalarMapping.entries(canonicalDecompositionTable)
        let compatibility = ScalarMapping.entries(compatibilityDecompositionTable)
        let compositions = ScalarMapping.entries(compositionTable)
        let classes = ScalarTable<UInt8>(runs: combiningClassTable)

        var pairs: [UInt32: [UInt32]] = [:]
        var traits = (0..<UInt32(0x110000)).map { UInt16(classes[$0]) }
        for scalar in canonical.keys {
            traits[Int(scalar)] |= NormalizationForm.nfd.trait | NormalizationForm.nfkd.trait
            guard compositions[scalar] == nil else { continue }
            traits[Int(scalar)] |= NormalizationForm.nfc.trait | NormalizationForm.nfkc.trait
        }
        for scalar in compatibility.keys {
            traits[Int(scalar)] |= NormalizationForm.nfkd.trait | NormalizationForm.nfkc.trait
        }
        let joins = NormalizationForm.nfc.trait | NormalizationForm.nfkc.trait
        for (composed, pair) in compositions where pair.count == 2 {
            pairs[pair[0], default: []] += [pair[1], composed]
            traits[Int(pair[1])] |= joins
        }
        for scalar in Hangul.vowels { traits[Int(scalar)] |= joins }
        for scalar in Hangul.finals { traits[Int(scalar)] |= joins }
        for scalar in Hangul.syllables {
            traits[Int(scalar)] |= NormalizationForm.nfd.trait | NormalizationForm.nfkd.trait
        }
        self.canonical = ScalarMapping(canonical)
        self.compatibility = ScalarMapping(compatibility)
        self.pairs = ScalarMapping(pairs)
        self.traits = ScalarTable(traits)
    }

    @inline(__always)
    func traits(of scalar: UInt32) -> UInt16 { traits[scalar] }

    @inline(__always)
    func combiningClass(of scalar: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: traits[scalar]) }

    /// What the two compose to.
    func composition(of first: UInt32, and second: UInt32) -> UInt32? {
        if let syllable = Hangul.composition(of: first, and: second) { return syllable }
        let targets = pairs.targets(of: first)
        for index in stride(from: targets.lowerBound, to: targets.upperBound, by: 2)
        where pairs[index] == second {
            return pairs[index + 1]
        }
        return nil
    }
}
