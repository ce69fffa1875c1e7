import Scheduling

/// What sources say of flow control, before the plug-ins that they refer to are looked up.
struct FlowControlDraft {
    var settings = FlowControlSettings()
    /// Those of the document.
    var plugins = PluginSet()
    /// The detector of saturation. Nil: the standard one.
    var detector: String?
    var usageLimit: String?
    var listed: [EffectiveSetting] = []
    /// Of orderings that are used.
    var needs = SchedulingNeeds()

    /// What they come to.
    consuming func settled(_ factory: PluginFactory) -> FlowControlDraft {
        let name = detector ?? "utilization-detector"
        // Environment variables set parameters of the standard detector even if nobody lists it.
        let listedDetector = plugins[name]?.detector
        if let chosen = listedDetector ?? factory.plugin(ofType: name).detector {
            settings.detector = chosen
        }
        if let policy = usageLimit {
            let limit = plugins[policy]?.usageLimit ?? factory.plugin(ofType: policy).usageLimit
            settings.usageLimit = limit ?? settings.usageLimit
        }
        settings.admitter = plugins.plugins.lazy.compactMap(\.admitter).first
        return self
    }
}
