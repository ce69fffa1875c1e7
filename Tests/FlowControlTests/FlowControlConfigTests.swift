import Domain
import FlowControl
import Testing

@Suite struct FlowControlConfigTests {
    @Test(
        arguments: [
            (.fake { $0.requestsMax = 0 }, .notPositive("maxRequests")),
            (.fake { $0.bytesMax = -1 }, .notPositive("maxBytes")),
            (.fake { $0.bytesMax = .max }, .tooGreat("maxBytes")),
            (.fake { $0.requestTTL = .zero }, .notPositive("defaultRequestTTL")),
            (.fake { $0.emptyPoolTTL = .seconds(-1) }, .negative("noEndpointRequestTTL")),
            (.fake { $0.defaultBand.requestsMax = 0 }, .notPositive("maxRequests")),
            (.fake { $0.bands[3] = PriorityBandConfig(bytesMax: 0) }, .notPositive("maxBytes")),
            (.fake { $0.defaultNegativeBand.bytesMax = .max }, .tooGreat("maxBytes")),
            (.fake { $0.usageLimit = .uniform(2) }, .notShare("threshold")),
            (
                .fake {
                    $0.usageLimit = .explicit([3: 1, 1: 0.5])
                    for priority in 0...3 { $0.bands[priority] = PriorityBandConfig() }
                }, .noCeiling(priority: 2)
            ),
            (
                .fake { config in
                    for priority in 0...64 { config.bands[priority] = PriorityBandConfig() }
                }, .tooManyBands(65)
            ),
        ] as [(FlowControlConfig, FlowControlConfigError)]
    )
    func `settings that cannot work are refused`(
        config: FlowControlConfig,
        error: FlowControlConfigError
    ) {
        #expect(throws: error) { try config.validated() }
        var admission = AdmissionConfig()
        admission.flowControl = config
        #expect(throws: error) { try admission.validated() }
    }

    @Test(arguments: [
        FlowControlConfig(), .fake { $0.emptyPoolTTL = .zero },
        .fake { $0.bands = [-1: PriorityBandConfig(), 1: PriorityBandConfig(requestsMax: 1)] },
    ])
    func `settings that work are taken`(config: FlowControlConfig) throws {
        #expect(try config.validated() == config)
    }

    @Test func `detectors and admitters refuse what cannot work`() {
        #expect(throws: FlowControlConfigError.notShare("kvCacheUtilThreshold")) {
            try UtilizationDetector(
                queueDepthThreshold: 5,
                kvCacheUsageThreshold: 1.5,
                reportAgeMax: .seconds(1)
            ).validated()
        }
        #expect(throws: FlowControlConfigError.notPositive("queueDepthThreshold")) {
            try UtilizationDetector(
                queueDepthThreshold: 0,
                kvCacheUsageThreshold: 0.5,
                reportAgeMax: .seconds(1)
            ).validated()
        }
        #expect(throws: FlowControlConfigError.notPositive("maxConcurrency")) {
            try ConcurrencyDetector(requestsMax: 0).validated()
        }
        #expect(throws: FlowControlConfigError.noDetectors) {
            var config = AdmissionConfig()
            config.detector = MaxSaturationDetector([])
            _ = try config.validated()
        }
        #expect(throws: FlowControlConfigError.notPositive("maxTokenConcurrency")) {
            try MaxSaturationDetector([ConcurrencyDetector(tokensMax: -1)]).validated()
        }
        #expect(throws: FlowControlConfigError.notPositive("k")) {
            try ProbabilisticAdmitter(power: 1, scale: .nan).validated()
        }
    }

    @Test func `headers are looked at only where an order needs them`() {
        var config = AdmissionConfig()
        #expect(config.headers.isEmpty)
        config.flowControl = .fake {
            $0.bands[4] = PriorityBandConfig(ordering: .earliestTarget)
        }
        #expect(config.headers == ["x-llm-d-slo-ttft-ms", "x-slo-ttft-ms"])
    }
}
