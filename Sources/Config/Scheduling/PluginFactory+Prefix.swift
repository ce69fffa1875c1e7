import Scheduling
import Scorers

/// Scorers that go by what endpoints hold of a prompt.
extension PluginFactory {
    static let prefixScorers: [String: Maker] = [
        "prefix-cache-scorer": { parameters, plugin, factory in
            plugin.approximatePrefix = factory.readApproximatePrefix(&parameters)
            var source = factory.prefixSource(&parameters)
            // llm-d 0.2 chose with this word between both kinds of prefixes.
            switch parameters.read("mode", or: PrefixMode.unsaid) {
            case .tracking: source = .precise
            case .estimate: source = .approximate
            case .unsaid: break
            }
            if parameters.contains("kvCacheEndpoint") { source = .precise }
            parameters.ignore("kvCacheEndpoint", because: "the index is in this process")
            factory.readPrecisePrefix(&parameters)
            plugin.readsApproximatePrefix = source != .precise
            plugin.scorer = factory.prefixCacheScorer(&parameters, source: source)
        },
        "precise-prefix-cache-scorer": precise,
        "kvcache-aware-scorer": precise,  // Before llm-d 0.3.
        "no-hit-lru-scorer": { parameters, plugin, factory in
            parameters.ignore("lruSize", because: "every endpoint's last pick is known")
            let source = factory.prefixSource(&parameters)
            plugin.readsApproximatePrefix = source != .precise
            plugin.scorer = NoHitLRUScorer(source: source)
        },
    ]

    private static let precise: Maker = { parameters, plugin, factory in
        factory.readPrecisePrefix(&parameters)
        parameters.ignore("kvCacheEndpoint", because: "the index is in this process")
        plugin.scorer = factory.prefixCacheScorer(&parameters, source: .precise)
    }

    private func prefixCacheScorer(
        _ parameters: inout PluginParameters,
        source: PrefixSource
    ) -> PrefixCacheScorer {
        PrefixCacheScorer(
            source: source,
            tierWeights: effectiveTierWeights,
            matchLengthWeight: parameters.read("matchLengthWeight", 0...1, or: 0.0),
            matchLengthScaleTokens: parameters.read(
                "matchLengthScaleTokens",
                1...Self.countMax,
                or: 8192
            )
        )
    }

    /// Whose word on what endpoints hold a plug-in goes by. Where nothing is said, of each endpoint
    /// the better one: what it announces, or else what was sent to it.
    func prefixSource(_ parameters: inout PluginParameters) -> PrefixSource {
        var source = PrefixSource.automatic
        for key in ["prefixMatchInfoProducerName", "prefixPluginName"] {
            guard let node = parameters.node(key), let name: String = parameters.read(key) else {
                continue
            }
            switch type(ofPluginNamed: name) {
            case "precise-prefix-cache-producer", "precise-prefix-cache-scorer": source = .precise
            case "approx-prefix-cache-producer": source = .approximate
            case "prefix-cache-scorer", "burst-prefix-cache-producer": source = .automatic
            default:
                parameters.refuse(key, node, expected: "the name of a plug-in that knows prefixes")
            }
        }
        return source
    }

    /// A document of llm-d's KV-cache manager among the parameters. It is read here so that what is
    /// wrong with it is told with the rest.
    func readPrecisePrefix(_ parameters: inout PluginParameters) {
        let keys = KVCacheDraft.pluginFields.filter(parameters.contains)
        guard !keys.isEmpty else { return }
        var draft = KVCacheDraft()
        let path = parameters.path
        var document: KVCacheParameters?
        parameters.withSection { section in
            draft.readDocument(&section)
            document = KVCacheParameters(document: section.node(of: keys), path: path)
        }
        if keys.contains(where: { $0 == "indexerConfig" || $0 == "kvCacheBackendConfigs" }) {
            tierWeights = draft.config.tierWeights
        }
        if kvCache == nil {
            kvCache = document
        } else {
            findings.mistake(
                "\(path) has no effect: an earlier plug-in describes the index "
                    + "(line \(parameters.line(of: keys[0])))"
            )
        }
    }

    /// What says how the prompts that were sent are remembered. Nil if nothing does.
    func readApproximatePrefix(
        _ parameters: inout PluginParameters
    ) -> ApproximatePrefixConfig? {
        var config = ApproximatePrefixConfig()
        let isSaid = Self.approximateFields.contains(where: parameters.contains)
        config.followsEngines = parameters.read("autoTune", or: config.followsEngines)
        // Releases before the last count bytes of text: four to a token.
        for key in ["hashBlockSize", "blockSize"] where parameters.contains(key) {
            let bytes = parameters.read(key, 1...1 << 20, or: 64)
            config.blockTokens = max(1, bytes / 4)
        }
        config.blockTokens = parameters.read("blockSizeTokens", 1...1 << 16, or: config.blockTokens)
        config.prefixBlocksMax = parameters.read(
            "maxPrefixBlocksToMatch",
            1...1 << 20,
            or: config.prefixBlocksMax
        )
        config.prefixTokensMax = parameters.read(
            "maxPrefixTokensToMatch",
            1...1 << 24,
            or: config.prefixTokensMax
        )
        config.blocksPerEndpointMax = parameters.read(
            "lruCapacityPerServer",
            1...10_000_000,
            or: config.blocksPerEndpointMax
        )
        parameters.ignore("lruCapacity", because: "each endpoint has a capacity of its own")
        return isSaid ? config : nil
    }

    private static let approximateFields = [
        "autoTune", "hashBlockSize", "blockSize", "blockSizeTokens", "maxPrefixBlocksToMatch",
        "maxPrefixTokensToMatch", "lruCapacityPerServer",
    ]
}

private enum PrefixMode: String, CaseIterable {
    case unsaid = ""
    case tracking = "cache_tracking"
    case estimate
}

extension KVCacheDraft {
    /// The fields at the top of a document that stands among a plug-in's parameters.
    fileprivate static let pluginFields =
        indexerSections + [
            "indexerConfig", "kvEventsConfig", "speculativeIndexing", "speculativeTTL",
        ]
}
