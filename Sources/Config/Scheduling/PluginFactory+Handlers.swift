import Scheduling
import Scorers

/// Profile handlers by type, under llm-d's names and with its defaults.
extension PluginFactory {
    static let handlers: [String: Maker] = [
        "single-profile-handler": single,
        "single-profile": single,  // Before llm-d 0.2.
        "data-parallel-profile-handler": { parameters, plugin, _ in
            // The name before the first release.
            let older = parameters.contains("targetPort")
            let key = older ? "targetPort" : "primaryPort"
            plugin.handler = .dataParallel(primaryPort: parameters.read(key, 0...65_535, or: 8000))
        },
        "header-profile-handler": { parameters, plugin, _ in
            let header = parameters.read("headerName", or: "EPP-Profile").lowercased()
            plugin.handler = .header(name: header, fallback: parameters.read("defaultProfile"))
            plugin.needs.headers = [header]
        },
        "disagg-profile-handler": { parameters, plugin, factory in
            let config = factory.disaggregation(&parameters)
            plugin.handler = .disaggregation(config, primaryPort: 0)
            plugin.readsApproximatePrefix = config.prefill != nil
        },
        "pd-profile-handler": { parameters, plugin, factory in
            var config = DisaggregationProfileHandler.Config()
            config.decode = parameters.read("decodeProfile", or: "decode")
            config.prefill = parameters.read("prefillProfile", or: "prefill")
            config.encodeDecider = .never
            config.prefillDecider = factory.oldPrefillDecider(&parameters)
            let port = parameters.read("primaryPort", 0...65_535, or: 0)
            plugin.handler = .disaggregation(config, primaryPort: port)
            plugin.readsApproximatePrefix = true
        },
        "pd-slo-profile-handler": { parameters, plugin, factory in
            var config = DisaggregationProfileHandler.Config()
            config.decode = parameters.read("decodeProfile", or: "decode")
            config.prefill = parameters.read("prefillProfile", or: "prefill")
            config.encodeDecider = .never
            parameters.ignore(
                "prefixPluginName",
                "hashBlockSize",
                because: "what endpoints hold is known without"
            )
            parameters.lose(
                "transferOverheadMs",
                because: "endpoints are picked one after the other, the decode first"
            )
            plugin.handler = .disaggregation(config, primaryPort: 0)
            plugin.readsApproximatePrefix = true
        },
        "ed-profile-handler": { parameters, plugin, factory in
            var config = DisaggregationProfileHandler.Config()
            config.decode = parameters.read("decodeProfile", or: "decode")
            config.prefill = nil
            config.prefillDecider = .never
            config.encode = parameters.read("encodeProfile", or: "encode")
            config.encodeDecider =
                factory.decider("deciderPluginName", \.encodeDecider, &parameters) ?? .multimodal
            plugin.handler = .disaggregation(config, primaryPort: 0)
        },
    ]

    private static let single: Maker = { _, plugin, _ in plugin.handler = .single }

    private func disaggregation(
        _ parameters: inout PluginParameters
    ) -> DisaggregationProfileHandler.Config {
        var config = DisaggregationProfileHandler.Config()
        var names = (prefill: "prefill", encode: "encode")
        parameters.section("profiles") { profiles in
            config.decode = profiles.read("decode", or: config.decode)
            names.prefill = profiles.read("prefill", or: names.prefill)
            names.encode = profiles.read("encode", or: names.encode)
            profiles.lose("fallback", because: "a phase without an endpoint is left out")
        }
        var prefill: PrefillDecider?
        var encode: EncodeDecider?
        var isPrefillSaid = false
        parameters.section("deciders") { deciders in
            isPrefillSaid = deciders.contains("prefill")
            prefill = decider("prefill", \.prefillDecider, &deciders)
            encode = decider("encode", \.encodeDecider, &deciders)
        }
        if parameters.read("stageOrder", or: StageOrder.decodeFirst).isPrefillFirst {
            config.order = .prefillFirst
            // Without a decider every prompt is computed apart, as the name of the order says.
            if !isPrefillSaid { prefill = .always }
        }
        config.prefill = prefill == nil ? nil : names.prefill
        config.prefillDecider = prefill ?? .never
        config.encode = encode == nil ? nil : names.encode
        config.encodeDecider = encode ?? .never
        return config
    }

    /// Until llm-d 0.5 a threshold in bytes of text, from then on a plug-in that decides.
    private func oldPrefillDecider(_ parameters: inout PluginParameters) -> PrefillDecider {
        let named = decider("deciderPluginName", \.prefillDecider, &parameters)
        let threshold = parameters.read("threshold", 0...Self.countMax, or: 0)
        _ = parameters.read("hashBlockSize", 1...1 << 20, or: 64)
        parameters.ignore(
            "prefixPluginName",
            "prefixPluginType",
            "prefixMatchInfoProducerName",
            because: "what endpoints hold is known without"
        )
        return named ?? made["prefix-based-pd-decider"]?.prefillDecider
            ?? .uncachedBytes(threshold: threshold)
    }

    /// What the plug-in decides that a parameter names. Nil if none is named.
    private func decider<Decider>(
        _ key: String,
        _ part: KeyPath<Plugin, Decider?>,
        _ parameters: inout PluginParameters
    ) -> Decider? {
        guard let node = parameters.node(key), let name: String = parameters.read(key) else {
            return nil
        }
        if let decider = made[name]?[keyPath: part] { return decider }
        if Self.substitute(for: type(ofPluginNamed: name)) == nil {
            parameters.refuse(key, node, expected: "the name of a plug-in that decides on this")
        }
        return nil
    }
}

/// In llm-d's spellings.
private enum StageOrder: String, CaseIterable {
    case decodeFirst = "decode-first"
    case prefillFirst = "prefill-first"
    case decode
    case prefill

    var isPrefillFirst: Bool { self == .prefillFirst || self == .prefill }
}
