/// The fullest of what several detectors see, as llm-d's `max-saturation-detector`.
package struct MaxSaturationDetector: SaturationDetector {
    package let detectors: [any SaturationDetector]

    package var name: String { "max-saturation-detector" }

    package init(_ detectors: [any SaturationDetector]) { self.detectors = detectors }

    package var forShedding: any SaturationDetector {
        MaxSaturationDetector(detectors.map(\.forShedding))
    }

    package func reading(
        of pool: PoolLoads,
        in stage: PoolLoads.Stage,
        at now: ContinuousClock.Instant
    ) -> SaturationReading {
        var united = SaturationReading([], endpointCount: 0)
        for detector in detectors {
            united.formUnion(detector.reading(of: pool, in: stage, at: now))
        }
        return united
    }

    package func validated() throws(FlowControlConfigError) -> Self {
        guard !detectors.isEmpty else { throw .noDetectors }
        for detector in detectors { _ = try detector.validated() }
        return self
    }
}
