import Scheduling
import Scorers

/// What others refer to: producers of what is known of prompts and endpoints, and what decides on
/// phases of a request.
extension PluginFactory {
    static let producers: [String: Maker] = [
        "approx-prefix-cache-producer": { parameters, plugin, factory in
            plugin.approximatePrefix = factory.readApproximatePrefix(&parameters)
            parameters.ignore(
                "prefixHashSource",
                because: "blocks are hashed of the prompt that is routed"
            )
        },
        "precise-prefix-cache-producer": { parameters, _, factory in
            factory.readPrecisePrefix(&parameters)
        },
        "token-producer": tokens,
        "tokenizer": tokens,  // Until llm-d 0.8.
        "inflight-load-producer": { parameters, _, factory in
            let counts = parameters.read("addEstimatedOutputTokens", or: false)
            let ratio = parameters.read("outputRatio", 0...1000, or: 1.5)
            if counts { factory.outputTokensPerPromptToken = ratio }
        },
        "topology-extractor": { parameters, plugin, factory in
            var topology = Topology()
            topology.hostLabel = parameters.read("hostname", or: topology.hostLabel)
            topology.rackLabel = parameters.read("rack", or: topology.rackLabel)
            topology.zoneLabel = parameters.read("zone", or: topology.zoneLabel)
            topology.regionLabel = parameters.read("region", or: topology.regionLabel)
            plugin.topology = topology
            if factory.topology == nil { factory.topology = topology }
        },
        "prefix-based-pd-decider": { parameters, plugin, _ in
            let tokens = parameters.read("nonCachedTokens", 0...countMax, or: 0)
            let promptTokens = parameters.read("promptTokens", 0...countMax, or: 0)
            parameters.ignore(
                "prefixMatchInfoProducerName",
                because: "of each endpoint the better knowledge counts"
            )
            plugin.prefillDecider = .uncachedTokens(min: tokens, promptMin: promptTokens)
        },
        "always-disagg-pd-decider": { _, plugin, _ in plugin.prefillDecider = .always },
        "always-disagg-multimodal-decider": multimodal,
        "always-encode-decider": multimodal,  // Until llm-d 0.6.
    ]

    private static let tokens: Maker = { parameters, _, factory in
        if let model: String = parameters.read("modelName"), factory.modelName == nil {
            factory.modelName = model
        }
        parameters.ignoreAll(because: "tokens are computed in this process")
    }

    /// What has no media has nothing to encode, however the decider is called.
    private static let multimodal: Maker = { _, plugin, _ in plugin.encodeDecider = .multimodal }
}
