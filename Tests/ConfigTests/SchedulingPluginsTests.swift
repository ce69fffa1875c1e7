import Config
import Domain
import Scheduling
import Scorers
import Testing

@Suite struct SchedulingPluginsTests {
    /// The profile of one plug-in with parameters.
    private func profile(_ type: String, _ parameters: String = "") throws -> SchedulingProfile {
        let setup = try SchedulingDocument.read(
            "plugins: [{type: \(type), parameters: {\(parameters)}}]"
        )
        return try #require(setup.profile())
    }

    @Test func `scorers have llm-d's defaults`() throws {
        let load = try profile("load-aware-scorer").scorer(LoadAwareScorer.self)
        #expect(load == LoadAwareScorer(threshold: 128))
        let active = try profile("active-request-scorer").scorer(ActiveRequestScorer.self)
        #expect(active == ActiveRequestScorer(idleThreshold: 0, maxBusyScore: 1))
        let tokens = try profile("token-load-scorer").scorer(TokenLoadScorer.self)
        #expect(tokens == TokenLoadScorer(queueThresholdTokens: 4_194_304))
        let prefix = try profile("prefix-cache-scorer").scorer(PrefixCacheScorer.self)
        #expect(prefix == PrefixCacheScorer(matchLengthWeight: 0, matchLengthScaleTokens: 8192))
        let context = try profile("context-length-aware")
        #expect(context.scorer(ContextLengthScorer.self) == ContextLengthScorer())
        #expect(context.filter(ContextLengthFilter.self) == nil)
    }

    @Test func `scorers take their parameters`() throws {
        let active = try profile("active-request-scorer", "idleThreshold: 4, maxBusyScore: 0.5")
        #expect(
            active.scorer(ActiveRequestScorer.self)
                == ActiveRequestScorer(idleThreshold: 4, maxBusyScore: 0.5)
        )
        let prefix = try profile(
            "prefix-cache-scorer",
            "matchLengthWeight: 0.3, matchLengthScaleTokens: 4096"
        )
        #expect(
            prefix.scorer(PrefixCacheScorer.self)
                == PrefixCacheScorer(matchLengthWeight: 0.3, matchLengthScaleTokens: 4096)
        )
        let tokens = try profile("token-load-scorer", "queueThresholdTokens: 1000")
        #expect(tokens.scorer(TokenLoadScorer.self) == TokenLoadScorer(queueThresholdTokens: 1000))
        let context = try profile("context-length-aware", "label: range, enableFiltering: true")
        #expect(context.scorer(ContextLengthScorer.self) == ContextLengthScorer(label: "range"))
        #expect(context.filter(ContextLengthFilter.self) == ContextLengthFilter(label: "range"))
        let header = try profile(
            "header-label-affinity-scorer",
            "headerName: X-Zone, labelKey: zone"
        )
        #expect(
            header.scorer(HeaderLabelAffinityScorer.self)
                == HeaderLabelAffinityScorer(header: "x-zone", label: "zone")
        )
        let attribute = try profile(
            "endpoint-attribute-scorer",
            "attributeKey: num_requests_waiting, algorithm: {type: linear_higher_is_better, "
                + "normalization: {fixedRange: {min: 0, max: 10}}}"
        )
        let expected = EndpointAttribute(
            .waitingRequests,
            lowerIsBetter: false,
            range: .fixed(min: 0, max: 10)
        )
        #expect(
            attribute.scorer(EndpointAttributeScorer.self) == EndpointAttributeScorer(expected)
        )
        let ours = try profile("predicted-ttft-scorer", "tieRatio: 0.2, tieMs: 10")
        #expect(
            ours.scorer(PredictedTTFTScorer.self)
                == PredictedTTFTScorer(tieRatio: 0.2, tieSeconds: 0.01)
        )
    }

    @Test(arguments: [
        ("kv-cache-scorer", "KVCacheUsageScorer"), ("latency-scorer", "PredictedTTFTScorer"),
        ("predicted-latency-scorer", "PredictedTTFTScorer"),
        ("kvcache-aware-scorer", "PrefixCacheScorer"),
        ("lora-affinity-scorer", "LoRAAffinityScorer"),
        ("running-requests-size-scorer", "RunningRequestsScorer"),
    ])
    func `names of every release mean their scorer`(type: String, scorer: String) throws {
        let scorers = try profile(type).scorers
        #expect(scorers.map { "\(Swift.type(of: $0.scorer))" } == [scorer])
    }

    @Test(arguments: [
        ("", PrefixSource.automatic), ("prefixMatchInfoProducerName: mine", .precise),
        ("prefixMatchInfoProducerName: approx-prefix-cache-producer", .approximate),
        ("mode: cache_tracking", .precise), ("mode: estimate", .approximate),
    ])
    func `a prefix scorer goes by the producer that it names`(
        parameters: String,
        source: PrefixSource
    ) throws {
        let setup = try SchedulingDocument.read(
            "plugins: [{type: prefix-cache-scorer, parameters: {\(parameters)}}, "
                + "{type: precise-prefix-cache-producer, name: mine}]"
        )
        let scorer = setup.profile()?.scorer(PrefixCacheScorer.self)
        #expect(scorer == PrefixCacheScorer(source: source))
        #expect((setup.needs.approximatePrefix == nil) == (source == .precise))
    }

    @Test func `sizes of what is remembered are those of every release`() throws {
        func needed(_ parameters: String) throws -> ApproximatePrefixConfig? {
            try SchedulingDocument.read(
                "plugins: [{type: prefix-cache-scorer}, "
                    + "{type: approx-prefix-cache-producer, parameters: {\(parameters)}}]"
            ).needs.approximatePrefix
        }
        var expected = ApproximatePrefixConfig()
        expected.followsEngines = false
        expected.blockTokens = 32
        expected.prefixBlocksMax = 256
        expected.prefixTokensMax = 4096
        expected.blocksPerEndpointMax = 1000
        let newest = """
            autoTune: false, blockSizeTokens: 32, maxPrefixBlocksToMatch: 256,
            maxPrefixTokensToMatch: 4096, lruCapacityPerServer: 1000
            """
        #expect(try needed(newest) == expected)
        var older = ApproximatePrefixConfig()
        older.blockTokens = 64
        #expect(try needed("hashBlockSize: 256") == older)
    }

    @Test func `filters take their parameters`() throws {
        let selector = try profile(
            "label-selector-filter",
            "matchLabels: {a: b}, matchExpressions: [{key: c, operator: NotIn, values: [d]}, "
                + "{key: e, operator: Exists}]"
        )
        let expected = LabelSelector(
            matchLabels: ["a": "b"],
            matchExpressions: [
                LabelSelector.Requirement("c", .isNotIn(["d"])),
                LabelSelector.Requirement("e", .exists),
            ]
        )
        #expect(selector.filter(LabelSelectorFilter.self) == LabelSelectorFilter(expected))
        let byLabel = try profile("by-label", "label: r, validValues: [x], allowsNoLabel: true")
        let requirement = LabelSelector.Requirement("r", .isInOrDoesNotExist(["x"]))
        #expect(
            byLabel.filter(LabelSelectorFilter.self)
                == LabelSelectorFilter(LabelSelector(matchExpressions: [requirement]))
        )
        var config = PrefixAffinityFilter.Config()
        config.threshold = 0.9
        config.penaltySecondsMax = 5
        let affinity = try profile(
            "prefix-cache-affinity-filter",
            "affinityThreshold: 0.9, maxTTFTPenaltyMs: 5000"
        )
        #expect(affinity.filter(PrefixAffinityFilter.self) == PrefixAffinityFilter(config: config))
        let utilization = try profile(
            "utilization-filter",
            "conditions: [{metric: waiting-queue, maxValue: 3}], fallbackOnEmpty: true"
        )
        let condition = UtilizationFilter.Condition(metric: .waitingRequests, maxValue: 3)
        #expect(
            utilization.filter(UtilizationFilter.self)
                == UtilizationFilter(conditions: [condition], fallsBackOnEmpty: true)
        )
        let topology = try profile("topology-affinity-filter", "minAffinity: zone")
        #expect(
            topology.filter(TopologyAffinityFilter.self) == TopologyAffinityFilter(minimum: .zone)
        )
    }

    @Test(arguments: [
        ("", SessionAffinity.token(header: "x-session-token", profile: nil)),
        ("headerName: X-Mine, profileName: prefill", .token(header: "x-mine", profile: "prefill")),
        (
            "strategy: session_id",
            .bound(
                headers: ["x-session-id", "x-claude-code-session-id"],
                lifetime: .seconds(300)
            )
        ),
        (
            "strategy: session_id, sessionIdConfig: {sources: [{header: X-A}, {cookie: c}], "
                + "evictionTtlSeconds: 60}",
            .bound(headers: ["x-a", "cookie:c"], lifetime: .seconds(60))
        ),
        (
            "algorithm: session_id_header, headerName: x-b",
            .bound(headers: ["x-b"], lifetime: .seconds(300))
        ),
        ("strategy: cookie", .cookie(name: "llm-d-session")),
        ("cookieName: mine", .cookie(name: "mine")),
    ])
    func `sessions are kept in the way that is asked for`(
        parameters: String,
        affinity: SessionAffinity
    ) throws {
        let document = """
            plugins: [{type: session-affinity-scorer, parameters: {\(parameters)}},
                      {type: session-affinity-filter, parameters: {\(parameters)}}]
            """
        let setup = try SchedulingDocument.read(document)
        #expect(
            setup.profile()?.scorer(SessionAffinityScorer.self) == SessionAffinityScorer(affinity)
        )
        #expect(setup.profile()?.filter(SessionFilter.self) == SessionFilter(affinity))
        #expect(setup.needs.sessions == [affinity])
    }

    @Test func `headers that plug-ins look at are needed`() throws {
        let setup = try SchedulingDocument.read(
            "plugins: [{type: header-profile-handler}, {type: slo-headroom-tier-filter}, "
                + "{type: header-based-testing-filter}]"
        )
        let expected: Set = [
            "epp-profile", "x-llm-d-slo-ttft-ms", "x-slo-ttft-ms", "test-epp-endpoint-selection",
        ]
        #expect(setup.needs.headers == expected)
    }
}
