import Config
import Domain
import FlowControl
import Scheduling
import Scorers
import Testing

@Suite struct SchedulingConfigFileTests {
    private let standard = [
        "default: SubsetFilter, RoleFilter, CircuitBreakerFilter | PredictedTTFTScorer 1.0"
            + " | MaxScorePicker",
        "SingleProfileHandler of [\"default\"]",
    ]

    @Test(arguments: [nil, "", "# nothing\n", "{kind: EndpointPickerConfig}", "plugins: []"])
    func `where nothing is said, the first token comes as soon as possible`(
        document: String?
    ) throws {
        let setup = try SchedulingDocument.read(document)
        #expect(setup.summary == standard)
        #expect(setup.profile()?.scorer(PredictedTTFTScorer.self) == PredictedTTFTScorer())
        #expect(setup.profile()?.picker as? MaxScorePicker == MaxScorePicker(endpointsMax: 3))
        #expect(setup.needs.approximatePrefix == ApproximatePrefixConfig())
        #expect(setup.needs.sessions.isEmpty)
        #expect(setup.admission.flowControl == nil)
        #expect(setup.admission.admitter == nil)
        #expect(setup.admission.detector as? UtilizationDetector == UtilizationDetector())
        #expect(setup.remarks.warnings.isEmpty)
    }

    @Test(arguments: ["", "schedulingProfiles: []"])
    func `without profiles, all that is listed is one`(profiles: String) throws {
        let setup = try SchedulingDocument.read(
            "plugins: [{type: queue-scorer}, {type: decode-filter}, {type: openai-parser}]\n"
                + profiles
        )
        #expect(
            setup.summary.first
                == "default: SubsetFilter, RoleFilter | QueueDepthScorer 1.0 | MaxScorePicker"
        )
    }

    @Test func `flow control alone leaves scheduling as it is`() throws {
        let setup = try SchedulingDocument.read("featureGates: [flowControl]")
        #expect(setup.summary == standard)
        #expect(setup.admission.flowControl == FlowControlConfig())
    }

    @Test func `the command line outweighs the document`() throws {
        let document = """
            plugins: [{type: decode-filter}, {type: least-queue-filter}, {type: queue-scorer},
                      {type: max-score-picker, parameters: {maxNumOfEndpoints: 5}}]
            """
        var overrides = SchedulingOverrides()
        let before = try SchedulingDocument.read(document)
        #expect(before.profile()?.picker as? MaxScorePicker == MaxScorePicker(endpointsMax: 5))
        overrides.fallbackEndpoints = 1
        overrides.endpointRequestsMax = 7
        let after = try SchedulingDocument.read(document, overrides: overrides)
        #expect(after.profile()?.picker as? MaxScorePicker == MaxScorePicker(endpointsMax: 2))
        #expect(after.profile()?.filter(SaturationFilter.self) == SaturationFilter(requestsMax: 7))
        #expect(after.setting("schedulingProfiles.default.picker") == "max-score-picker # line 1")
        let count = "schedulingProfiles.default.picker.maxNumOfEndpoints"
        #expect(after.setting(count) == "2 # option --fallback-endpoints")
        #expect(before.setting(count) == "5 # line 1")
        // Before the filter that chooses: what it chooses must not be full.
        let kinds = after.profile()?.filters.map { "\(type(of: $0))" }
        #expect(kinds == ["SubsetFilter", "RoleFilter", "SaturationFilter", "LeastQueueFilter"])
    }

    @Test(arguments: [(-1, 1), (0, 1), (2, 3), (Int.max, 64)])
    func `any number of fallbacks is brought into bounds`(fallbacks: Int, count: Int) throws {
        var overrides = SchedulingOverrides()
        overrides.fallbackEndpoints = fallbacks
        let setup = try SchedulingDocument.read(overrides: overrides)
        #expect(setup.profile()?.picker as? MaxScorePicker == MaxScorePicker(endpointsMax: count))
    }

    @Test func `weights of tiers reach whatever minds prefixes`() throws {
        var overrides = SchedulingOverrides()
        overrides.tierWeights = TierWeights([.gpu: 1, .cpu: 0.25])
        let document = "plugins: [{type: prefix-cache-scorer}, {type: predicted-ttft-scorer}]"
        let profile = try SchedulingDocument.read(document, overrides: overrides).profile()
        let weights = TierWeights([.gpu: 1, .cpu: 0.25])
        #expect(profile?.scorer(PrefixCacheScorer.self) == PrefixCacheScorer(tierWeights: weights))
        var time = TimeToFirstToken()
        time.tierWeights = weights
        #expect(profile?.scorer(PredictedTTFTScorer.self) == PredictedTTFTScorer(time: time))
    }

    @Test func `random picks of two processes differ by the seed`() throws {
        var overrides = SchedulingOverrides()
        overrides.seed = 42
        let setup = try SchedulingDocument.read(
            "plugins: [{type: random-picker}]",
            overrides: overrides
        )
        let expected = RandomPicker(endpointsMax: 3, seed: 42)
        #expect(setup.profile()?.picker as? RandomPicker == expected)
    }

    @Test func `an encoder does not stand in for another one`() throws {
        let setup = try SchedulingConfigFile.read(
            document: SchedulingDocument.bytes("scheduler-sim-e-p-d.yaml")
        )
        #expect(
            setup.profile("encode")?.picker as? MaxScorePicker == MaxScorePicker(endpointsMax: 1)
        )
        #expect(
            setup.profile("decode")?.picker as? MaxScorePicker == MaxScorePicker(endpointsMax: 3)
        )
    }

    @Test func `each setting tells who said it`() throws {
        let document = """
            plugins:
            - type: load-aware-scorer
            - type: active-request-scorer
              parameters:
                idleThreshold: 3
            schedulingProfiles:
            - name: default
              plugins:
              - pluginRef: load-aware-scorer
                weight: 2.5
              - pluginRef: active-request-scorer
            """
        let setup = try SchedulingDocument.read(
            document,
            environment: ["LOAD_AWARE_SCORER_QUEUE_THRESHOLD": "64"]
        )
        let threshold = setup.setting("plugins.load-aware-scorer.threshold")
        #expect(threshold == "64 # environment LOAD_AWARE_SCORER_QUEUE_THRESHOLD")
        #expect(setup.setting("plugins.active-request-scorer.idleThreshold") == "3 # line 5")
        #expect(setup.setting("plugins.active-request-scorer.maxBusyScore") == "1.0 # default")
        let weights = ["load-aware-scorer", "active-request-scorer"].map {
            setup.setting("schedulingProfiles.default.\($0).weight")
        }
        #expect(weights == ["2.5 # line 10", "1.0 # default"])
        #expect(setup.profile()?.scorer(LoadAwareScorer.self) == LoadAwareScorer(threshold: 64))
    }

    @Test func `what plug-ins say of other parts is handed on`() throws {
        let document = """
            plugins:
            - {type: token-producer, parameters: {modelName: org/model}}
            - {type: inflight-load-producer, parameters: {addEstimatedOutputTokens: true}}
            """
        let setup = try SchedulingDocument.read(document)
        #expect(setup.modelName == "org/model")
        #expect(setup.outputTokensPerPromptToken == 1.5)
        #expect(setup.kvCache == nil)
    }
}
