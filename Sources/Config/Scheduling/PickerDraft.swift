import Scheduling
import Scorers

/// A picker, but for how many endpoints it names: that depends on the profile, too.
struct PickerDraft {
    /// Under llm-d's names.
    enum Kind: String {
        case maxScore = "max-score-picker"
        case random = "random-picker"
        case weightedRandom = "weighted-random-picker"
    }

    let kind: Kind
    /// As the document says. Nil: it does not.
    var endpointsMax: Int?

    func picker(endpointsMax: Int, seed: UInt64) -> any Picker {
        switch kind {
        case .maxScore: MaxScorePicker(endpointsMax: endpointsMax)
        case .random: RandomPicker(endpointsMax: endpointsMax, seed: seed)
        case .weightedRandom: WeightedRandomPicker(endpointsMax: endpointsMax, seed: seed)
        }
    }
}

extension PluginFactory {
    static let pickers: [String: Maker] = [
        "max-score-picker": picker(.maxScore),
        "max-score": picker(.maxScore),  // Before llm-d 0.2.
        "random-picker": picker(.random),
        "weighted-random-picker": picker(.weightedRandom),
    ]

    private static func picker(_ kind: PickerDraft.Kind) -> Maker {
        { parameters, plugin, _ in
            plugin.picker = PickerDraft(kind: kind)
            if parameters.contains("maxNumOfEndpoints") {
                plugin.picker?.endpointsMax = parameters.read("maxNumOfEndpoints", 1...64, or: 1)
            }
        }
    }
}
