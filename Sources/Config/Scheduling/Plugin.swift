import FlowControl
import Scheduling
import Scorers

/// A plug-in that was made of its parameters: whatever parts it can play.
struct Plugin {
    let name: String
    let type: String
    /// Where it stands.
    let path: String
    let line: Int

    var scorer: (any Scorer)?
    var filter: (any Filter)?
    var picker: PickerDraft?
    var handler: HandlerDraft?
    var prefillDecider: PrefillDecider?
    var encodeDecider: EncodeDecider?
    var detector: (any SaturationDetector)?
    var admitter: ProbabilisticAdmitter?
    var fairness: FairnessPolicy?
    var ordering: OrderingPolicy?
    var usageLimit: UsageLimit?
    var topology: Topology?

    var needs = SchedulingNeeds()
    /// Whether what was sent to endpoints has to be remembered for it.
    var readsApproximatePrefix = false
    /// What it says of how that is remembered.
    var approximatePrefix: ApproximatePrefixConfig?
    /// Whether there is nothing like it here: references to it have no effect.
    var isUnsupported = false

    init(_ spec: PluginSpec) {
        name = spec.name
        type = spec.type
        path = spec.path
        line = spec.line
    }

    /// Whether a profile has a place for it.
    var isPartOfProfiles: Bool { scorer != nil || filter != nil || picker != nil }
}

/// Plug-ins by name, in the order in which they were asked for.
struct PluginSet {
    private(set) var plugins: [Plugin] = []
    private var places: [String: Int] = [:]

    /// - Returns: whether there was none of the name.
    mutating func insert(_ plugin: Plugin) -> Bool {
        guard places[plugin.name] == nil else { return false }
        places[plugin.name] = plugins.count
        plugins.append(plugin)
        return true
    }

    subscript(name: String) -> Plugin? { places[name].map { plugins[$0] } }

    var names: [String] { plugins.map(\.name) }
}
