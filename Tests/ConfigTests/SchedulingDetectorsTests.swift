import Config
import FlowControl
import Scheduling
import Testing

@Suite struct SchedulingDetectorsTests {
    @Test func `the detector of older releases is found where they had it`() throws {
        let setup = try SchedulingConfigFile.read(
            document: SchedulingDocument.bytes("gateway-no-profiles.yaml")
        )
        let expected = UtilizationDetector(
            queueDepthThreshold: 10,
            kvCacheUsageThreshold: 0.7,
            reportAgeMax: .seconds(3)
        )
        #expect(setup.admission.detector as? UtilizationDetector == expected)
        let path = "plugins.saturationDetector.queueDepthThreshold"
        #expect(setup.setting(path) == "10 # line 10")
    }

    @Test func `an admitter judges by thresholds of its own`() throws {
        let setup = try SchedulingConfigFile.read(
            document: SchedulingDocument.bytes("scheduler-probabilistic-admitter.yaml")
        )
        let boundless = UtilizationDetector(
            queueDepthThreshold: 999_999_999,
            kvCacheUsageThreshold: 1,
            reportAgeMax: .seconds(3)
        )
        #expect(setup.admission.detector as? UtilizationDetector == boundless)
        let expected = ProbabilisticAdmitter(power: 5, scale: 300, detector: UtilizationDetector())
        #expect(setup.admission.admitter == expected)
        let own = try SchedulingDocument.read(
            "plugins: [{type: probabilistic-admitter, parameters: {power: 2, k: 10, "
                + "queueDepthThreshold: 7}}]"
        )
        #expect(own.admission.admitter?.power == 2)
        #expect(own.admission.admitter?.scale == 10)
        #expect(own.admission.admitter?.detector?.queueDepthThreshold == 7)
    }

    @Test(arguments: [("200ms", 3), ("2999ms", 3), ("3s", 3), ("10s", 10)])
    func `reports are believed until the next one can have come`(text: String, seconds: Int) throws
    {
        let setup = try SchedulingDocument.read(
            "plugins:\n- type: utilization-detector\n  parameters:\n"
                + "    metricsStalenessThreshold: \(text)"
        )
        let detector = setup.admission.detector as? UtilizationDetector
        #expect(detector?.reportAgeMax == .seconds(seconds))
        let path = "plugins.utilization-detector.metricsStalenessThreshold"
        #expect(setup.setting(path) == "\(seconds)s # line 4")
        let place = "plugins[0].parameters.metricsStalenessThreshold: "
        let notes = setup.remarks.notes.filter { $0.hasPrefix(place) }
        #expect(notes.count == (text.hasSuffix("ms") ? 1 : 0))
        #expect(notes.allSatisfy { $0.contains("raised to 3s") && $0.hasSuffix("(line 4)") })
    }

    @Test func `a detector in a profile drops what is beyond its limits`() throws {
        let document = """
            plugins: [{type: concurrency-detector, parameters: {maxConcurrency: 10, headroom: 0.25}},
                      {type: queue-scorer}]
            """
        let setup = try SchedulingDocument.read(document)
        let kinds = setup.profile()?.filters.map { "\(type(of: $0))" }
        #expect(kinds == ["SubsetFilter", "UtilizationFilter"])
    }

    private func united(_ detectors: String) -> String {
        """
        plugins: [{type: max-saturation-detector, name: both, parameters: {detectors: \(detectors)}},
                  {type: concurrency-detector, name: few, parameters: {maxConcurrency: 10}},
                  {type: queue-scorer}]
        flowControl: {saturationDetector: {pluginRef: both}}
        """
    }

    @Test func `several detectors can be one`() throws {
        let setup = try SchedulingDocument.read(united("[few, utilization-detector]"))
        let detector = try #require(setup.admission.detector as? MaxSaturationDetector)
        #expect(detector.detectors.count == 2)
        #expect(
            detector.detectors[0] as? ConcurrencyDetector == ConcurrencyDetector(requestsMax: 10)
        )
        #expect(detector.detectors[1] as? UtilizationDetector == UtilizationDetector())
    }

    @Test func `that detectors judge every phase is said`() throws {
        let setup = try SchedulingDocument.read(
            """
            plugins: [{type: concurrency-detector}, {type: max-saturation-detector, parameters:
                       {detectors: [concurrency-detector], stages: {concurrency-detector: [decode]}}}]
            """
        )
        let place = "plugins[1].parameters.stages has no effect"
        #expect(setup.remarks.warnings.count == 1)
        #expect(setup.remarks.warnings.first?.hasPrefix(place) == true)
    }

    @Test(arguments: ["[]", "[nobody]", "[few, queue-scorer]", "[both]", "few"])
    func `a detector of others needs others`(detectors: String) {
        let problems = SchedulingDocument.problems(united(detectors))
        #expect(problems.contains { $0.hasPrefix("plugins[0].parameters.detectors: expected ") })
    }
}
