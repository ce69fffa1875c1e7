import Scheduling
import YAML

/// The sections of an `EndpointPickerConfig` that say who is let in and who waits, and those that
/// others of our files stand for.
extension SchedulingDraft {
    mutating func readFlowControl(_ root: inout ConfigSection) {
        root.section("saturationDetector") { readDetector(&$0) }
        guard root.field("flowControl") != nil else { return }
        var flow = flowControl
        root.section("flowControl") { section in
            readQuantity("maxBytes", &section, into: &flow.settings.bytesMax)
            readQuantity("maxRequests", &section, into: &flow.settings.requestsMax)
            readTimes(&section, into: &flow)
            section.section("defaultPriorityBand") {
                var band = flow.settings.defaultBand
                readBand(&$0, into: &band, &flow)
                flow.settings.defaultBand = band
            }
            if section.field("defaultNegativePriorityBand") != nil {
                var band = PriorityBandSettings()
                section.section("defaultNegativePriorityBand") { readBand(&$0, into: &band, &flow) }
                flow.settings.defaultNegativeBand = band
            }
            section.sections("priorityBands", countMax: 64) { readPriorityBand(&$0, into: &flow) }
            readUsageLimit(&section, into: &flow)
            section.section("saturationDetector") {
                let name = readReference("pluginRef", &$0) { $0.detector != nil }
                flow.detector = name ?? flow.detector
            }
            section.read("enableEviction", into: &flow.settings.evictsRunning)
        }
        if flow.settings.evictsRunning {
            findings.warn("flowControl.enableEviction: only requests that wait are evicted")
        }
        flowControl = flow
    }

    /// Of releases without flow control: a detector's name, or, in the first ones, its parameters.
    private mutating func readDetector(_ section: inout ConfigSection) {
        let fields = ["queueDepthThreshold", "kvCacheUtilThreshold", "metricsStalenessThreshold"]
        flowControl.detector = readReference("pluginRef", &section) { $0.detector != nil }
        guard flowControl.detector == nil, fields.contains(where: section.contains) else { return }
        var parameters = PluginParameters(section, of: "saturationDetector")
        let settings = factory.readUtilization(&parameters)
        parameters.withSection { section = $0 }
        var detector = Plugin(PluginSpec(type: "saturationDetector"))
        detector.detector = .utilization(settings)
        if flowControl.plugins.insert(detector) { flowControl.detector = detector.name }
    }

    private func readTimes(_ section: inout ConfigSection, into flow: inout FlowControlDraft) {
        let times = Duration.zero ... .seconds(86_400 * 7)
        section.read("defaultRequestTTL", times, into: &flow.settings.requestTTL)
        flow.note("defaultRequestTTL", flow.settings.requestTTL.goText, section)
        guard section.field("noEndpointRequestTTL") != nil else { return }
        var emptyWait = Duration.zero
        section.read("noEndpointRequestTTL", times, into: &emptyWait)
        flow.settings.noEndpointRequestTTL = emptyWait
        flow.note("noEndpointRequestTTL", emptyWait.goText, section)
    }

    private func readPriorityBand(
        _ section: inout ConfigSection,
        into flow: inout FlowControlDraft
    ) {
        var priority = 0
        if section.field("priority") == nil {
            section.refuse("priority", expected: "a whole number")
        }
        section.read("priority", -1_000_000_000...1_000_000_000, into: &priority)
        var band = flow.settings.defaultBand
        readBand(&section, into: &band, &flow)
        if flow.settings.bands.updateValue(band, forKey: priority) != nil {
            section.refuse("priority", expected: "each priority once")
        }
    }

    private func readBand(
        _ section: inout ConfigSection,
        into band: inout PriorityBandSettings,
        _ flow: inout FlowControlDraft
    ) {
        readQuantity("maxBytes", &section, into: &band.bytesMax)
        readQuantity("maxRequests", &section, into: &band.requestsMax)
        if let name = readReference("fairnessPolicyRef", &section, { $0.fairness != nil }) {
            band.fairness =
                plugins[name]?.fairness ?? FairnessSetting(rawValue: name) ?? band.fairness
        }
        if let name = readReference("orderingPolicyRef", &section, { $0.ordering != nil }) {
            band.ordering =
                plugins[name]?.ordering ?? OrderingSetting(rawValue: name) ?? band.ordering
            if band.ordering == .objectiveDeadline {
                flow.needs.headers.formUnion(PluginFactory.objectiveHeaders)
            }
        }
        flow.note("maxRequests", "\(band.requestsMax.map(String.init) ?? "unlimited")", section)
        flow.note("maxBytes", "\(band.bytesMax.map(String.init) ?? "unlimited")", section)
        flow.note("fairnessPolicyRef", band.fairness.rawValue, section)
        flow.note("orderingPolicyRef", band.ordering.rawValue, section)
    }

    private func readUsageLimit(_ section: inout ConfigSection, into flow: inout FlowControlDraft) {
        let name = readReference("usageLimitPolicyPluginRef", &section) { $0.usageLimit != nil }
        flow.usageLimit = name ?? flow.usageLimit
    }

    /// So that sums over all priorities stay whole numbers.
    private static let amountMax = 1 << 50

    /// 0 is no bound.
    private func readQuantity(
        _ key: String,
        _ section: inout ConfigSection,
        into value: inout Int?
    ) {
        guard let node = section.field(key) else { return }
        guard let amount = Quantity.wholeNumber(of: node), amount <= Self.amountMax else {
            let expected = "an amount such as \"500\", \"1G\" or \"10Mi\", of at most 1Pi"
            return section.refuse(key, node, expected: expected)
        }
        value = amount == 0 ? nil : amount
    }

    /// The name of a plug-in that has the part. Nil if none is named, or one that has no part here.
    private func readReference(
        _ key: String,
        _ section: inout ConfigSection,
        _ hasPart: (Plugin) -> Bool
    ) -> String? {
        guard let node = section.field(key) else { return nil }
        let name = node.text ?? ""
        let types = PluginFactory.policies
        if let plugin = plugins[name] {
            if plugin.isUnsupported { return nil }
            if hasPart(plugin) { return name }
        } else if types[name] != nil, hasPart(factory.plugin(ofType: name)) {
            return name
        }
        section.refuse(key, node, expected: "the name of an entry of plugins that has this part")
        return nil
    }
}

extension FlowControlDraft {
    fileprivate mutating func note(_ key: String, _ value: String, _ section: ConfigSection) {
        let origin = section.line(of: key).map { SettingOrigin.file(line: $0) } ?? .default
        listed.append(EffectiveSetting(path: section.path(of: key), value: value, origin: origin))
    }
}
