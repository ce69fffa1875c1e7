package import Domain

/// Drops endpoints. A pure function of its arguments: no clock, no I/O, no lock, no log.
package protocol Filter: Sendable {
    /// Drops the candidates that must not serve the request.
    func filter(_ candidates: inout Candidates, in context: SchedulingContext)

    /// What the client is told if this filter leaves no endpoint of several.
    var exhaustion: PickError { get }
}

extension Filter {
    package var exhaustion: PickError { .noEndpoints }
}
