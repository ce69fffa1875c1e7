import FlowControl
import Scheduling

/// What sources say of flow control, before the plug-ins that they refer to are looked up.
struct FlowControlDraft {
    /// Whether requests wait for their turn (the feature gate `flowControl`).
    var isEnabled = false
    var queues = FlowControlConfig()
    /// Nil: as `queues.defaultBand`.
    var defaultNegativeBand: PriorityBandConfig?
    /// Where the bands in `queues` stand: `flowControl.priorityBands[0]`.
    var bandPaths: [Int: String] = [:]
    /// Where the document says something of queues. Nil: nowhere.
    var queuesLine: Int?
    /// Those of the document.
    var plugins = PluginSet()
    /// The detector of saturation. Nil: the standard one.
    var detector: String?
    var usageLimit: String?
    /// Who said what, by path.
    var origins: [String: SettingOrigin] = [:]

    static let detectorPath = "flowControl.saturationDetector.pluginRef"
    static let usageLimitPath = "flowControl.usageLimitPolicyPluginRef"

    /// What they come to, and that setting by setting.
    consuming func settled(
        _ factory: PluginFactory
    ) -> (config: AdmissionConfig, settings: [EffectiveSetting]) {
        var config = AdmissionConfig()
        let name = detector ?? "utilization-detector"
        // Environment variables set parameters of the standard detector even if nobody lists it.
        let chosen = plugins[name]?.detector ?? factory.plugin(ofType: name).detector
        config.detector = chosen ?? config.detector
        config.admitter = plugins.plugins.lazy.compactMap(\.admitter).first
        var settings = [setting(Self.detectorPath, name)]
        if isEnabled {
            config.flowControl = settledQueues(factory)
            settings += queueSettings
        } else if let line = queuesLine {
            factory.findings.mistake(
                "flowControl: nothing waits without the feature gate flowControl (line \(line))"
            )
        }
        return (validated(config, factory.findings), settings)
    }

    private mutating func settledQueues(_ factory: PluginFactory) -> FlowControlConfig {
        queues.defaultNegativeBand = defaultNegativeBand ?? queues.defaultBand
        if let policy = usageLimit {
            let limit = plugins[policy]?.usageLimit ?? factory.plugin(ofType: policy).usageLimit
            queues.usageLimit = limit ?? queues.usageLimit
        }
        return queues
    }

    /// Fields are checked where they are read: this finds what they should not have let through.
    private func validated(
        _ config: AdmissionConfig,
        _ findings: ConfigFindings
    ) -> AdmissionConfig {
        guard findings.isFaultless else { return config }
        do throws(FlowControlConfigError) {
            return try config.validated()
        } catch {
            findings.problem("flowControl: \(error) (line \(queuesLine ?? 1))")
            return config
        }
    }
}

/// What is told of the settings of queues, in the words of the documents.
extension FlowControlDraft {
    private var queueSettings: [EffectiveSetting] {
        var settings = [
            setting("flowControl.maxRequests", Self.text(queues.requestsMax)),
            setting("flowControl.maxBytes", Self.text(queues.bytesMax)),
            setting("flowControl.defaultRequestTTL", queues.requestTTL.goText),
            setting(
                "flowControl.noEndpointRequestTTL",
                (queues.emptyPoolTTL ?? queues.requestTTL).goText
            ),
            setting(Self.usageLimitPath, usageLimit ?? "static-usage-limit-policy"),
        ]
        settings += bandSettings("flowControl.defaultPriorityBand", queues.defaultBand)
        if let band = defaultNegativeBand {
            settings += bandSettings("flowControl.defaultNegativePriorityBand", band)
        }
        for (priority, band) in queues.bands.sorted(by: { $0.key > $1.key }) {
            let path = bandPaths[priority] ?? "flowControl.priorityBands"
            settings.append(setting("\(path).priority", "\(priority)"))
            settings += bandSettings(path, band, template: "flowControl.defaultPriorityBand")
        }
        return settings
    }

    /// - Parameter template: the path of the band that this one takes after.
    private func bandSettings(
        _ path: String,
        _ band: PriorityBandConfig,
        template: String? = nil
    ) -> [EffectiveSetting] {
        let values = [
            ("maxRequests", Self.text(band.requestsMax)),
            ("maxBytes", Self.text(band.bytesMax)),
            ("fairnessPolicyRef", band.fairness.rawValue),
            ("orderingPolicyRef", band.ordering.rawValue),
        ]
        return values.map { key, value in
            setting("\(path).\(key)", value, template: template.map { "\($0).\(key)" })
        }
    }

    private func setting(
        _ path: String,
        _ value: String,
        template: String? = nil
    ) -> EffectiveSetting {
        let origin = origins[path] ?? template.flatMap { origins[$0] }
        return EffectiveSetting(path: path, value: value, origin: origin ?? .default)
    }

    private static func text(_ amount: Int?) -> String {
        guard let amount, amount < PriorityBandConfig.unlimited else { return "unlimited" }
        return "\(amount)"
    }
}
