/// Tells how full a pool is. A pure function of its arguments: no clock, no I/O, no lock, no log.
package protocol SaturationDetector: Sendable {
    /// What metrics call it.
    var name: String { get }

    /// How full the endpoints of one stage are together.
    func reading(
        of pool: PoolLoads,
        in stage: PoolLoads.Stage,
        at now: ContinuousClock.Instant
    ) -> SaturationReading

    /// The same, as it judges whether to drop requests: what only seems to wait must not count.
    var forShedding: any SaturationDetector { get }

    /// Called once, before it is used.
    func validated() throws(FlowControlConfigError) -> Self
}

extension SaturationDetector {
    package var forShedding: any SaturationDetector { self }
}
