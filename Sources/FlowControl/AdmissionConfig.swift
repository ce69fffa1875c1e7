/// Who may pass on to the scheduler, and when.
package struct AdmissionConfig: Sendable {
    /// How requests wait while the pool is saturated. Nil: none waits, and those of negative
    /// priority are dropped then (llm-d without the feature gate `flowControl`).
    package var flowControl: FlowControlConfig?
    package var detector: any SaturationDetector = UtilizationDetector()
    /// Drops some requests of negative priority sooner. Nil: none.
    package var admitter: ProbabilisticAdmitter?

    package init() {}

    /// Headers that are looked at.
    package var headers: Set<String> {
        guard let flowControl else { return [] }
        let bands = [flowControl.defaultBand, flowControl.defaultNegativeBand]
        let looks = (bands + flowControl.bands.values).contains { $0.ordering == .earliestTarget }
        return looks ? Set(RequestTarget.headers) : []
    }

    package func validated() throws(FlowControlConfigError) -> Self {
        _ = try flowControl?.validated()
        _ = try detector.validated()
        _ = try admitter?.validated()
        return self
    }
}
