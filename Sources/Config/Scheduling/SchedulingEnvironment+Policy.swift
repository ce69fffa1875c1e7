import Scheduling

/// What the environment says of profiles.
struct EnvironmentPolicy {
    /// The variable that says that there is one.
    let variable: String
    var plugins: [PluginSpec] = []
    var profiles: [ProfileSpec] = []
}

extension SchedulingEnvironment {
    /// Of the Gateway API's picker by itself.
    static let gatewayVariables = [
        "EXPERIMENTAL_USE_SCHEDULER_V2", "ENABLE_PREFIX_CACHE_SCHEDULING", "QUEUE_SCORE_WEIGHT",
        "KV_CACHE_SCORE_WEIGHT", "PREFIX_CACHE_SCORE_WEIGHT",
        "ENABLE_REQ_HEADER_BASED_SCHEDULER_FOR_TESTING",
    ]

    /// The profiles of llm-d 0.1, if a switch for the profile that generates is set, be it to false,
    /// or if prefill is apart; or those of the Gateway API's second scheduler. Nil: no variable says
    /// anything of profiles.
    mutating func readPolicy() -> EnvironmentPolicy? {
        var decode: [PluginReference] = []
        var prefill: [PluginReference] = []
        var variable: String?
        for plugin in SwitchedPlugin.all {
            for name in ["ENABLE_\(plugin.name)", "DECODE_ENABLE_\(plugin.name)"] {
                guard let isOn = variables.bool(name) else { continue }
                variable = variable ?? name
                guard isOn, !decode.contains(where: { $0.name == plugin.name }) else { continue }
                decode.append(reference(to: plugin, weighedBy: ["", "DECODE_"]))
            }
            if variables.bool("PREFILL_ENABLE_\(plugin.name)") == true {
                prefill.append(reference(to: plugin, weighedBy: ["PREFILL_"]))
            }
        }
        let isApart = variables.bool("PD_ENABLED") == true
        if isApart { variable = variable ?? "PD_ENABLED" }
        noteIdle(beside: decode, isApart: isApart, hasPrefill: !prefill.isEmpty)
        guard let variable else { return readGatewayPolicy() }
        let origin = SettingOrigin.environment(variable)
        var policy = EnvironmentPolicy(variable: variable)
        policy.plugins = specs(of: decode + (isApart ? prefill : []))
        policy.add("decode", role: "decode-filter", decode, origin)
        if isApart {
            policy.add("prefill", role: "prefill-filter", prefill, origin)
            policy.plugins.append(
                PluginSpec(type: "pd-profile-handler", parameters: ["threshold": "100"])
            )
        }
        return policy
    }

    /// The first of the weights that is set; for filters none.
    private mutating func reference(
        to plugin: SwitchedPlugin,
        weighedBy phases: [String]
    ) -> PluginReference {
        var reference = PluginReference(name: plugin.name, path: plugin.name, line: 0)
        guard plugin.isScorer else { return reference }
        for phase in phases {
            let name = "\(phase)\(plugin.name)_WEIGHT"
            guard reference.weight == nil, let weight = variables.weight(name) else { continue }
            reference.weight = weight
            reference.weightOrigin = .environment(name)
        }
        return reference
    }

    private mutating func specs(of references: [PluginReference]) -> [PluginSpec] {
        SwitchedPlugin.all.compactMap { plugin in
            guard references.contains(where: { $0.name == plugin.name }) else { return nil }
            var spec = PluginSpec(
                name: plugin.name,
                type: plugin.type,
                path: plugin.name,
                parametersPath: plugin.name
            )
            if let store = PrefixVariable.stores[plugin.name] {
                spec.variables = prefixParameters(store, switchedBy: "ENABLE_\(plugin.name)")
            }
            return spec
        }
    }

    /// Once a store of prompts is switched on, all of its sizes are those of its release: what no
    /// variable says has that release's default, not ours.
    private mutating func prefixParameters(
        _ store: [PrefixVariable],
        switchedBy name: String
    ) -> [String: EnvironmentParameter] {
        var parameters = [
            "mode": EnvironmentParameter(name, "estimate"),
            "autoTune": EnvironmentParameter(name, "false"),
        ]
        for said in store {
            let value = variables.wholeNumber(said.name, said.range)
            guard value != nil || parameters[said.parameter] == nil else { continue }
            let origin = value == nil ? name : said.name
            parameters[said.parameter] =
                EnvironmentParameter(origin, "\(value ?? said.standard)")
        }
        return parameters
    }

    /// What was meant to have an effect, and has none without a switch.
    private mutating func noteIdle(
        beside references: [PluginReference],
        isApart: Bool,
        hasPrefill: Bool
    ) {
        if hasPrefill, !isApart {
            variables.warn("PREFILL_ENABLE_ variables have no effect without PD_ENABLED")
        }
        for plugin in SwitchedPlugin.all where plugin.isScorer {
            let name = "\(plugin.name)_WEIGHT"
            guard variables[name] != nil, !references.contains(where: { $0.name == plugin.name })
            else { continue }
            _ = variables.weight(name)
            notes.append("\(name) has no effect without ENABLE_\(plugin.name)")
        }
    }

    /// The Gateway API's second scheduler, and the one of its conformance tests.
    private mutating func readGatewayPolicy() -> EnvironmentPolicy? {
        let testing = "ENABLE_REQ_HEADER_BASED_SCHEDULER_FOR_TESTING"
        if variables.bool(testing) == true {
            var policy = EnvironmentPolicy(variable: testing)
            let types = ["header-based-testing-filter"]
            policy.plugins = types.map { PluginSpec(type: $0) }
            policy.profiles = [ProfileSpec("default", types, origin: .environment(testing))]
            return policy
        }
        let second = "EXPERIMENTAL_USE_SCHEDULER_V2"
        let usesPrefix = variables.bool("ENABLE_PREFIX_CACHE_SCHEDULING") == true
        guard variables.bool(second) == true else {
            if usesPrefix {
                variables.warn("ENABLE_PREFIX_CACHE_SCHEDULING has no effect without \(second)")
            }
            return nil
        }
        var scorers = [
            ("queue-scorer", "QUEUE_SCORE_WEIGHT"),
            ("kv-cache-utilization-scorer", "KV_CACHE_SCORE_WEIGHT"),
        ]
        let shedding = "sheddable-capacity-filter"
        var specs = ([shedding] + scorers.map(\.0)).map { PluginSpec(type: $0) }
        if usesPrefix {
            scorers.append(("prefix-cache-scorer", "PREFIX_CACHE_SCORE_WEIGHT"))
            var spec = PluginSpec(type: "prefix-cache-scorer")
            spec.variables = prefixParameters(
                PrefixVariable.gateway,
                switchedBy: "ENABLE_PREFIX_CACHE_SCHEDULING"
            )
            specs.append(spec)
        }
        var policy = EnvironmentPolicy(variable: second)
        policy.plugins = specs
        var profile = ProfileSpec("default", [shedding], origin: .environment(second))
        for (type, variable) in scorers {
            var reference = PluginReference(name: type, path: type, line: 0)
            reference.weight = variables.weight(variable)
            reference.weightOrigin = .environment(variable)
            profile.references.append(reference)
        }
        policy.profiles = [profile]
        return policy
    }
}

extension EnvironmentPolicy {
    fileprivate mutating func add(
        _ name: String,
        role: String,
        _ references: [PluginReference],
        _ origin: SettingOrigin
    ) {
        plugins.append(PluginSpec(type: role))
        var profile = ProfileSpec(name, [role], origin: origin)
        profile.references += references
        profiles.append(profile)
    }
}
