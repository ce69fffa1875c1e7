import Config
import FlowControl
import Scheduling
import Scorers
import Testing

@Suite struct SchedulingConfigEnvironmentTests {
    private func read(
        _ environment: [String: String],
        document: String? = nil
    ) throws -> SchedulingSetup {
        try SchedulingDocument.read(document, environment: environment)
    }

    /// What llm-d's chart sets.
    private let chart = [
        "ENABLE_KVCACHE_AWARE_SCORER": "false", "KVCACHE_AWARE_SCORER_WEIGHT": "1",
        "KVCACHE_INDEXER_REDIS_ADDR": "redis:6379", "ENABLE_PREFIX_AWARE_SCORER": "true",
        "PREFIX_AWARE_SCORER_WEIGHT": "2", "ENABLE_LOAD_AWARE_SCORER": "true",
        "LOAD_AWARE_SCORER_WEIGHT": "1", "ENABLE_SESSION_AWARE_SCORER": "false",
        "SESSION_AWARE_SCORER_WEIGHT": "1", "PD_ENABLED": "false",
        "PD_PROMPT_LEN_THRESHOLD": "10", "PREFILL_ENABLE_KVCACHE_AWARE_SCORER": "false",
        "PREFILL_ENABLE_LOAD_AWARE_SCORER": "false",
        "PREFILL_KVCACHE_INDEXER_REDIS_ADDR": "redis:6379",
    ]

    @Test func `without any variable the standard policy holds, in silence`() throws {
        let setup = try read(["HOME": "/root", "ENABLE_LOAD_AWARE_SCORER": ""])
        #expect(setup.summary == (try read([:])).summary)
        #expect(setup.remarks == ConfigRemarks())
    }

    @Test func `llm-d's chart comes to its scorers`() throws {
        let setup = try read(chart)
        #expect(
            setup.summary == [
                "decode: SubsetFilter, RoleFilter | LoadAwareScorer 1.0, PrefixCacheScorer 2.0"
                    + " | MaxScorePicker",
                "SingleProfileHandler of [\"decode\"]",
            ]
        )
        let scorer = setup.profile("decode")?.scorer(PrefixCacheScorer.self)
        #expect(scorer == PrefixCacheScorer(source: .approximate))
        #expect(setup.needs.approximatePrefix != nil)
        #expect(setup.remarks.warnings.isEmpty)
    }

    @Test(
        arguments: [
            ("true", "true", ["PrefixCacheScorer", "LoadAwareScorer"]),
            ("1", nil, ["PrefixCacheScorer"]), (nil, "T", ["LoadAwareScorer"]),
            ("false", "t", ["LoadAwareScorer"]), ("f", "0", []), (nil, "FALSE", []),
        ] as [(String?, String?, [String])]
    )
    func `once a switch is set, exactly those switched on have a say, with weight 1`(
        kvCache: String?,
        load: String?,
        expected: [String]
    ) throws {
        var environment: [String: String] = [:]
        environment["ENABLE_KVCACHE_AWARE_SCORER"] = kvCache
        environment["ENABLE_LOAD_AWARE_SCORER"] = load
        let setup = try read(environment)
        let profile = try #require(setup.profile("decode"))
        #expect(profile.scorers.map { "\(type(of: $0.scorer))" } == expected)
        #expect(profile.scorers.allSatisfy { $0.weight == 1 })
        #expect(setup.remarks.warnings.isEmpty)
    }

    @Test func `weights and thresholds are taken over`() throws {
        let setup = try read([
            "ENABLE_KVCACHE_AWARE_SCORER": "true", "KVCACHE_AWARE_SCORER_WEIGHT": "2",
            "ENABLE_LOAD_AWARE_SCORER": "True", "LOAD_AWARE_SCORER_WEIGHT": "0.5",
            "LOAD_AWARE_SCORER_QUEUE_THRESHOLD": "64",
        ])
        let profile = try #require(setup.profile("decode"))
        #expect(profile.scorers.map(\.weight) == [2, 0.5])
        #expect(profile.scorer(LoadAwareScorer.self) == LoadAwareScorer(threshold: 64))
        #expect(
            profile.scorer(PrefixCacheScorer.self) == PrefixCacheScorer(source: .precise)
        )
        let weight = setup.setting("schedulingProfiles.decode.LOAD_AWARE_SCORER.weight")
        #expect(weight == "0.5 # environment LOAD_AWARE_SCORER_WEIGHT")
    }

    @Test func `filters run in one order, whatever is switched on`() throws {
        let names = [
            "GIE_LEAST_KVCACHE_FILTER", "GIE_LEAST_QUEUE_FILTER", "GIE_LORA_AFFINITY_FILTER",
            "GIE_LOW_QUEUE_FILTER", "GIE_SHEDDABLE_CAPACITY_FILTER",
        ]
        let switches = Dictionary(uniqueKeysWithValues: names.map { ("ENABLE_\($0)", "true") })
        let thresholds = [
            "KV_CACHE_THRESHOLD": "0.9", "QUEUE_THRESHOLD_CRITICAL": "7",
            "QUEUING_THRESHOLD_LORA": "64", "LORA_AFFINITY_THRESHOLD": "0.5",
        ]
        let setup = try read(switches.merging(thresholds) { $1 })
        let profile = try #require(setup.profile("decode"))
        let expected = [
            "SubsetFilter", "RoleFilter", "SheddableCapacityFilter", "LowQueueFilter",
            "LoRAAffinityFilter", "LeastQueueFilter", "LeastKVCacheFilter",
        ]
        #expect(profile.filters.map { "\(type(of: $0))" } == expected)
        let shedding = SheddableCapacityFilter(queueThreshold: 7, kvCacheThreshold: 0.9)
        #expect(profile.filter(SheddableCapacityFilter.self) == shedding)
        #expect(profile.filter(LowQueueFilter.self) == LowQueueFilter(threshold: 64))
        #expect(profile.filter(LoRAAffinityFilter.self) == LoRAAffinityFilter(threshold: 0.5))
    }

    @Test(arguments: [(nil, 100), ("0", 0), ("10", 10), ("-1", 100)] as [(String?, Int)])
    func `prefill is apart by the old threshold`(threshold: String?, bytes: Int) throws {
        var environment = [
            "PD_ENABLED": "true", "ENABLE_KVCACHE_AWARE_SCORER": "true",
            "PREFILL_ENABLE_LOAD_AWARE_SCORER": "1", "PREFILL_LOAD_AWARE_SCORER_WEIGHT": "3",
        ]
        environment["PD_PROMPT_LEN_THRESHOLD"] = threshold
        let setup = try read(environment)
        #expect(
            setup.summary == [
                "decode: SubsetFilter, RoleFilter | PrefixCacheScorer 1.0 | MaxScorePicker",
                "prefill: SubsetFilter, RoleFilter | LoadAwareScorer 3.0 | MaxScorePicker",
                "DisaggregationProfileHandler of [\"decode\", \"prefill\"]",
            ]
        )
        var config = DisaggregationProfileHandler.Config()
        config.prefillDecider = .uncachedBytes(threshold: bytes)
        config.encodeDecider = .never
        #expect(
            setup.scheduler.handler as? DisaggregationProfileHandler
                == DisaggregationProfileHandler(config: config)
        )
    }

    @Test func `the environment outweighs a document's profiles`() throws {
        let setup = try read(
            ["ENABLE_LOAD_AWARE_SCORER": "true"],
            document: "plugins: [{type: queue-scorer}]\nfeatureGates: [flowControl]"
        )
        #expect(setup.profile("decode")?.scorers.map(\.name) == ["LOAD_AWARE_SCORER"])
        #expect(setup.admission.flowControl != nil)
        let expected = ["ENABLE_LOAD_AWARE_SCORER outweighs the profiles of the document"]
        #expect(setup.remarks.warnings == expected)
    }

    @Test func `the Gateway API's variables are followed`() throws {
        let setup = try read([
            "EXPERIMENTAL_USE_SCHEDULER_V2": "true", "ENABLE_PREFIX_CACHE_SCHEDULING": "true",
            "QUEUE_SCORE_WEIGHT": "2", "PREFIX_CACHE_SCORE_WEIGHT": "3",
            "SD_QUEUE_DEPTH_THRESHOLD": "9", "SD_METRICS_STALENESS_THRESHOLD": "4s",
            "SD_KV_CACHE_UTIL_THRESHOLD": "0.9",
            "ENABLE_EXPERIMENTAL_FLOW_CONTROL_LAYER": "true",
        ])
        #expect(
            setup.summary.first
                == "default: SubsetFilter, SheddableCapacityFilter | QueueDepthScorer 2.0, "
                + "KVCacheUsageScorer 1.0, PrefixCacheScorer 3.0 | MaxScorePicker"
        )
        let detector = UtilizationDetector(
            queueDepthThreshold: 9,
            kvCacheUsageThreshold: 0.9,
            reportAgeMax: .seconds(4)
        )
        #expect(setup.admission.detector as? UtilizationDetector == detector)
        #expect(setup.admission.flowControl != nil)
    }

    @Test func `a time to grow stale that no report can keep is raised, in the environment, too`()
        throws
    {
        let document =
            "saturationDetector: {queueDepthThreshold: 8, kvCacheUtilThreshold: 0.5}\n"
            + "plugins: [{type: queue-scorer}]"
        for document in [nil, document] {
            let setup = try read(
                ["SD_METRICS_STALENESS_THRESHOLD": "200ms", "SD_QUEUE_DEPTH_THRESHOLD": "9"],
                document: document
            )
            let detector = setup.admission.detector as? UtilizationDetector
            #expect(detector?.reportAgeMax == .seconds(3))
            #expect(detector?.queueDepthThreshold == 9)
            #expect(detector?.kvCacheUsageThreshold == (document == nil ? 0.8 : 0.5))
            #expect(setup.remarks.notes.count == 1)
            let origin = "(environment SD_METRICS_STALENESS_THRESHOLD)"
            #expect(setup.remarks.notes.first?.hasSuffix(origin) == true)
        }
    }

    @Test(arguments: [
        ("ENABLE_KVCACHE_AWARE_SCORER", "yes", "true or false"),
        ("LOAD_AWARE_SCORER_QUEUE_THRESHOLD", "0", "a whole number from 1 to 1000000000"),
        ("LOAD_AWARE_SCORER_QUEUE_THRESHOLD", "1.5", "a whole number from 1 to 1000000000"),
        ("LORA_AFFINITY_THRESHOLD", "2", "a number from 0.0 to 1.0"),
        (
            "SD_METRICS_STALENESS_THRESHOLD", "soon",
            "a duration such as \"200ms\", from 1ms to 1h0m0s"
        ),
        ("PD_PROMPT_LEN_THRESHOLD", "long", "a whole number from 0 to 1000000000"),
    ])
    func `a value that does not parse leaves the default and is named`(
        name: String,
        value: String,
        expectation: String
    ) throws {
        let setup = try read([name: value])
        #expect(setup.summary == (try read([:])).summary)
        let expected = "\(name) is ignored: expected \(expectation), found `\(value)`"
        #expect(setup.remarks.warnings == [expected])
    }

    @Test func `a weight that does not parse is 1`() throws {
        let setup = try read([
            "ENABLE_LOAD_AWARE_SCORER": "true", "LOAD_AWARE_SCORER_WEIGHT": "heavy",
        ])
        #expect(setup.profile("decode")?.scorers.map(\.weight) == [1])
        #expect(setup.remarks.warnings.count == 1)
    }

    @Test(arguments: [
        ("ENABLE_LOAD_AWARE_SCORRER_SCORER", "ENABLE_LOAD_AWARE_SCORER"),
        ("PD_PROMPT_LENGTH_THRESHOLD", "PD_PROMPT_LEN_THRESHOLD"),
        ("KVCACHE_AWRE_SCORER_WEIGHT", "KVCACHE_AWARE_SCORER_WEIGHT"),
    ])
    func `a slip of the pen is named with what was meant`(name: String, meant: String) throws {
        let warnings = try read([name: "1"]).remarks.warnings
        #expect(warnings == ["\(name) is not known and has no effect; did you mean \(meant)?"])
    }

    @Test func `what makes no difference is noted`() throws {
        let setup = try read([
            "LOAD_AWARE_SCORER_WEIGHT": "2", "PREFILL_ENABLE_LOAD_AWARE_SCORER": "true",
            "USE_STREAMING": "true",
        ])
        #expect(
            setup.remarks.warnings
                == ["PREFILL_ENABLE_ variables have no effect without PD_ENABLED"]
        )
        #expect(setup.remarks.notes.count == 2)
    }
}
