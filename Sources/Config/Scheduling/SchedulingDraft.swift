import FlowControl
import Scheduling
import Scorers

/// A configuration of scheduling while its sources are read.
struct SchedulingDraft {
    let factory: PluginFactory
    /// The plug-ins that profiles refer to.
    var plugins = PluginSet()
    var profiles: [ProfileSpec] = []
    /// Of a scorer of which no weight is said.
    var standardWeight = 1.0
    /// Whether a profile that names no role keeps to the one of its name, or else to decode.
    var impliesRoles = false
    /// Where the list of profiles begins.
    var profilesLine = 0
    /// Who chose the profiles.
    var origin = SettingOrigin.default
    var flowControl = FlowControlDraft()
    var settings: [EffectiveSetting] = []

    var findings: ConfigFindings { factory.findings }

    init(_ factory: PluginFactory) { self.factory = factory }

    /// The policy of our own: the first token as soon as possible.
    mutating func useStandardPolicy() {
        let types = ["decode-filter", "circuit-breaker-filter", "predicted-ttft-scorer"]
        use(
            types.map { PluginSpec(type: $0) },
            [ProfileSpec("default", types, origin: .default)],
            origin: .default
        )
    }

    mutating func use(_ specs: [PluginSpec], _ specified: [ProfileSpec], origin: SettingOrigin) {
        plugins = factory.make(specs)
        profiles = specified
        standardWeight = 1
        impliesRoles = false
        self.origin = origin
    }

    /// Makes what was read into what schedules.
    consuming func resolved() throws(ConfigError) -> SchedulingSetup {
        let draft = handlerDraft()
        let specs = profiles
        let built = specs.map { profile($0, encodeProfile: draft.encodeProfile) }
        let (admission, queueSettings) = flowControl.settled(factory)
        refuseRepeatedNames()
        let handler = specs.isEmpty ? nil : handler(of: draft)
        try findings.throwProblems()
        guard let handler else {
            throw ConfigError(problems: ["schedulingProfiles: expected a profile, found none"])
        }
        var needs = needs()
        needs.headers.formUnion(admission.headers)
        record()
        return SchedulingSetup(
            scheduler: Scheduler(profiles: built, handler: handler),
            needs: needs,
            admission: admission,
            kvCache: factory.kvCache,
            modelName: factory.modelName,
            outputTokensPerPromptToken: factory.outputTokensPerPromptToken,
            settings: settings + factory.settings + queueSettings,
            remarks: findings.remarks
        )
    }

    private func refuseRepeatedNames() {
        var names: Set<String> = []
        for profile in profiles where !names.insert(profile.name).inserted {
            let name = profile.name.forMessages
            findings.problem(
                "\(profile.path).name: expected a name of its own, found \"\(name)\" "
                    + "(\(profile.origin))"
            )
        }
    }

    private func handlerDraft() -> HandlerDraft {
        let handlers = plugins.plugins.filter { $0.handler != nil }
        if handlers.count > 1 {
            let found = handlers.map { "\($0.type) (line \($0.line))" }.joined(separator: ", ")
            findings.problem("plugins: expected at most one profile handler, found \(found)")
        }
        return handlers.first?.handler ?? .single
    }

    private func handler(of draft: HandlerDraft) -> (any ProfileHandler)? {
        let plugin = plugins.plugins.first { $0.handler != nil }
        let path = plugin?.path ?? "schedulingProfiles"
        let line = plugin?.line ?? profilesLine
        return draft.handler(for: profiles.map(\.name)) { problem in
            findings.problem("\(path): \(problem) (line \(line))")
        }
    }

    private mutating func record() {
        let type = plugins.plugins.first { $0.handler != nil }?.type ?? "single-profile-handler"
        settings.insert(
            EffectiveSetting(path: "profileHandler", value: type, origin: origin),
            at: 0
        )
        guard let requestsMax = factory.overrides.endpointRequestsMax else { return }
        settings.append(
            EffectiveSetting(
                path: "endpointRequestsMax",
                value: "\(requestsMax)",
                origin: .flag("--max-endpoint-requests")
            )
        )
    }

    /// Of the plug-ins that have a part.
    private func needs() -> SchedulingNeeds {
        let referenced = Set(profiles.flatMap(\.references).map(\.name))
        let used = plugins.plugins.filter { $0.handler != nil || referenced.contains($0.name) }
        var needs = SchedulingNeeds()
        for plugin in used { needs.formUnion(plugin.needs) }
        if used.contains(where: \.readsApproximatePrefix) {
            needs.approximatePrefix =
                plugins.plugins.lazy.compactMap(\.approximatePrefix).first
                ?? ApproximatePrefixConfig()
        }
        return needs
    }
}
