import FlowControl
import YAML

/// The sections of an `EndpointPickerConfig` that say who is let in and who waits, and those that
/// others of our files stand for.
extension SchedulingDraft {
    mutating func readFlowControl(_ root: inout ConfigSection) {
        root.section("saturationDetector") { readDetector(&$0) }
        var flow = flowControl
        root.section("flowControl") { section in
            let queueKeys = [
                "maxBytes", "maxRequests", "defaultRequestTTL", "noEndpointRequestTTL",
                "defaultPriorityBand", "defaultNegativePriorityBand", "priorityBands",
                "usageLimitPolicyPluginRef",
            ]
            flow.queuesLine = queueKeys.compactMap(section.line).min()
            readQueues(&section, into: &flow)
            section.section("saturationDetector") {
                if let named = readReference("pluginRef", &$0, &flow, { $0.detector }) {
                    flow.detector = named.name
                }
            }
            let usageLimit = "usageLimitPolicyPluginRef"
            if let named = readReference(usageLimit, &section, &flow, { $0.usageLimit }) {
                flow.usageLimit = named.name
            }
            var evictsRunning = false
            section.read("enableEviction", into: &evictsRunning)
            if evictsRunning {
                findings.mistake(
                    "\(section.path(of: "enableEviction")): only requests that wait are evicted "
                        + "(line \(section.line(of: "enableEviction") ?? section.line))"
                )
            }
        }
        flowControl = flow
    }

    /// Of releases without flow control: a detector's name, or, in the first ones, its parameters.
    private mutating func readDetector(_ section: inout ConfigSection) {
        let fields = ["queueDepthThreshold", "kvCacheUtilThreshold", "metricsStalenessThreshold"]
        var flow = flowControl
        if let named = readReference("pluginRef", &section, &flow, { $0.detector }) {
            flow.detector = named.name
            flow.origins[FlowControlDraft.detectorPath] =
                flow.origins[section.path(of: "pluginRef")]
        } else if fields.contains(where: section.contains) {
            for field in fields { _ = section.field(field) }
            var spec = PluginSpec(
                name: section.path,
                type: "utilization-detector",
                path: section.path,
                parametersPath: section.path
            )
            spec.parameters = section.node(of: fields)
            if let detector = factory.make([spec])[spec.name], flow.plugins.insert(detector) {
                flow.detector = detector.name
                flow.origins[FlowControlDraft.detectorPath] = .file(line: section.line)
            }
        }
        flowControl = flow
    }

    private func readQueues(_ section: inout ConfigSection, into flow: inout FlowControlDraft) {
        readAmount("maxBytes", &section, &flow) {
            $0.queues.bytesMax = $1 == PriorityBandConfig.unlimited ? nil : $1
        }
        readAmount("maxRequests", &section, &flow) {
            $0.queues.requestsMax = $1 == PriorityBandConfig.unlimited ? nil : $1
        }
        readTime("defaultRequestTTL", &section, &flow) { $0.queues.requestTTL = $1 }
        readTime("noEndpointRequestTTL", &section, &flow) { $0.queues.emptyPoolTTL = $1 }
        section.section("defaultPriorityBand") {
            flow.queues.defaultBand = band(&$0, from: flow.queues.defaultBand, &flow)
        }
        if section.contains("defaultNegativePriorityBand") {
            section.section("defaultNegativePriorityBand") {
                flow.defaultNegativeBand = band(&$0, from: PriorityBandConfig(), &flow)
            }
        }
        section.sections("priorityBands", countMax: FlowControlConfig.bandsMax) {
            readPriorityBand(&$0, into: &flow)
        }
    }

    private func readPriorityBand(
        _ section: inout ConfigSection,
        into flow: inout FlowControlDraft
    ) {
        var priority = 0
        if !section.contains("priority") {
            section.refuse("priority", expected: "a whole number")
        }
        section.read("priority", -1_000_000_000...1_000_000_000, into: &priority)
        flow.note("priority", section)
        flow.bandPaths[priority] = section.path
        let read = band(&section, from: flow.queues.defaultBand, &flow)
        if flow.queues.bands.updateValue(read, forKey: priority) != nil {
            section.refuse("priority", expected: "each priority once")
        }
    }

    /// A band that differs from another one in what the document says.
    private func band(
        _ section: inout ConfigSection,
        from other: PriorityBandConfig,
        _ flow: inout FlowControlDraft
    ) -> PriorityBandConfig {
        var band = other
        readAmount("maxBytes", &section, &flow) { band.bytesMax = $1 }
        readAmount("maxRequests", &section, &flow) { band.requestsMax = $1 }
        if let named = readReference("fairnessPolicyRef", &section, &flow, { $0.fairness }) {
            band.fairness = named.part
        }
        if let named = readReference("orderingPolicyRef", &section, &flow, { $0.ordering }) {
            band.ordering = named.part
        }
        return band
    }

    /// The longest that a request waits.
    private static let waitMax = Duration.seconds(7 * 86_400)

    /// 0 is as long as the client waits.
    private func readTime(
        _ key: String,
        _ section: inout ConfigSection,
        _ flow: inout FlowControlDraft,
        _ set: (inout FlowControlDraft, Duration) -> Void
    ) {
        var time = Duration.seconds(-1)
        section.read(key, .zero...Self.waitMax, into: &time)
        guard time >= .zero else { return }
        if time == .zero {
            let most = Self.waitMax.goText
            findings.note("\(section.path(of: key)): 0 is taken for the longest time, \(most)")
            time = Self.waitMax
        }
        set(&flow, time)
        flow.note(key, section)
    }

    /// 0 is no bound.
    private func readAmount(
        _ key: String,
        _ section: inout ConfigSection,
        _ flow: inout FlowControlDraft,
        _ set: (inout FlowControlDraft, Int) -> Void
    ) {
        guard let node = section.field(key) else { return }
        guard let amount = Quantity.wholeNumber(of: node), amount <= PriorityBandConfig.unlimited
        else {
            let expected = "an amount such as \"500\", \"1G\" or \"10Mi\", of at most 1Pi"
            return section.refuse(key, node, expected: expected)
        }
        set(&flow, amount == 0 ? PriorityBandConfig.unlimited : amount)
        flow.note(key, section)
    }

    /// A plug-in that has the part. Nil if none is named, or one that has no part here.
    private func readReference<Part>(
        _ key: String,
        _ section: inout ConfigSection,
        _ flow: inout FlowControlDraft,
        _ part: (Plugin) -> Part?
    ) -> (name: String, part: Part)? {
        guard let node = section.field(key) else { return nil }
        let name = node.text ?? ""
        let listed = plugins[name]
        if let listed, listed.isUnsupported { return nil }
        let isType = PluginFactory.policies[name] != nil
        let plugin = listed ?? (isType ? factory.plugin(ofType: name) : nil)
        guard let part = plugin.flatMap(part) else {
            let expected = "the name of an entry of plugins that has this part"
            section.refuse(key, node, expected: expected)
            return nil
        }
        flow.note(key, section)
        return (name, part)
    }
}

extension FlowControlDraft {
    fileprivate mutating func note(_ key: String, _ section: ConfigSection) {
        guard let line = section.line(of: key) else { return }
        origins[section.path(of: key)] = .file(line: line)
    }
}
