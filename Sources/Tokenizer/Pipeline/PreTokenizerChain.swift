import JSON

/// The `pre_tokenizer` of a file as a flat list of steps.
struct PreTokenizerChain {
    private let steps: [JSONValue]

    init(_ value: JSONValue?) throws(TokenizerError) {
        var steps: [JSONValue] = []
        value?.appendSteps(of: "pretokenizers", to: &steps)
        self.steps = steps
    }

    /// Whether pieces become bytes, spelled as characters.
    var spellsBytes: Bool { steps.contains(where: Self.isByteLevel) }

    /// - Parameter isSpelled: whether the normalizer has spelled the text already.
    func splitter(
        for model: LoadedModel,
        isSpelled: Bool
    ) throws(TokenizerError) -> PieceSplitter {
        var readsBytes = false
        if case .byteLevelBPE = model.model { readsBytes = true }
        if readsBytes, !isSpelled, let words = fused() { return .words(words) }
        var stages: [PieceStage] = []
        for step in steps {
            stages.append(.step(try PreTokenizerStep(step)))
            if Self.isByteLevel(step) { stages.append(.spellBytes) }
        }
        if readsBytes {
            // What is spelled last and read at once need not be spelled.
            if case .spellBytes = stages.last {
                stages.removeLast()
            } else {
                stages.append(.readBytes)
            }
        }
        return stages.isEmpty ? .whole : .stages(stages)
    }

    /// The scanner that does all of these steps at once.
    private func fused() -> WordSplitter? {
        guard let last = steps.last, Self.isByteLevel(last), last.addsNoPrefixSpace else {
            return nil
        }
        if last["use_regex"]?.bool ?? true { return steps.count == 1 ? .gpt2 : nil }
        var patterns: [String] = []
        for step in steps.dropLast() {
            guard step["type"]?.string == "Split", step["behavior"]?.string == "Isolated",
                step["invert"]?.bool == false, let pattern = step["pattern"]?["Regex"]?.string
            else { return nil }
            patterns.append(pattern)
        }
        return patterns.isEmpty ? nil : WordSplitter(patterns: patterns)
    }

    private static func isByteLevel(_ step: JSONValue) -> Bool {
        step["type"]?.string == "ByteLevel"
    }
}

extension JSONValue {
    fileprivate var addsNoPrefixSpace: Bool { self["add_prefix_space"]?.bool == false }
}
