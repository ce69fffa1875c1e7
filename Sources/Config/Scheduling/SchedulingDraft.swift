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
        let handler = handlerDraft()
        let specs = profiles
        let built = specs.map { profile($0, encodeProfile: handler?.encodeProfile) }
        let settled = flowControl.settled(factory)
        var names: Set<String> = []
        for profile in specs where !names.insert(profile.name).inserted {
            let name = profile.name.forMessages
            findings.problem(
                "\(profile.path).name: expected a name of its own, found \"\(name)\" "
                    + "(\(profile.origin))"
            )
        }
        let place = plugins.plugins.first { $0.handler != nil }
        let path = place?.path ?? "schedulingProfiles"
        let line = place?.line ?? profilesLine
        var profileHandler: (any ProfileHandler)?
        if !specs.isEmpty {
            profileHandler = handler?.handler(for: specs.map(\.name)) { [factory] in
                factory.findings.problem("\(path): \($0) (line \(line))")
            }
        }
        try findings.throwProblems()
        guard let profileHandler, !built.isEmpty else {
            throw ConfigError(problems: ["schedulingProfiles: expected a profile, found none"])
        }
        var needs = needs()
        if settled.settings.isEnabled { needs.formUnion(settled.needs) }
        record(handler)
        return SchedulingSetup(
            scheduler: Scheduler(profiles: built, handler: profileHandler),
            needs: needs,
            flowControl: settled.settings,
            kvCache: factory.kvCache,
            modelName: factory.modelName,
            outputTokensPerPromptToken: factory.outputTokensPerPromptToken,
            settings: settings + factory.settings + settled.listed,
            remarks: findings.remarks
        )
    }

    private func handlerDraft() -> HandlerDraft? {
        let handlers = plugins.plugins.filter { $0.handler != nil }
        if handlers.count > 1 {
            let found = handlers.map { "\($0.type) (line \($0.line))" }.joined(separator: ", ")
            findings.problem("plugins: expected at most one profile handler, found \(found)")
        }
        return handlers.first?.handler ?? .single
    }

    private mutating func record(_ handler: HandlerDraft?) {
        let type = plugins.plugins.first { $0.handler != nil }?.type ?? "single-profile-handler"
        let set = EffectiveSetting(path: "profileHandler", value: type, origin: origin)
        settings.insert(set, at: 0)
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
