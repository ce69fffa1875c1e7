package import Domain

/// Drops endpoints. A pure function of its arguments: no clock, no I/O, no lock, no log.
package protocol Filter: Sendable {
    /// Returns those that may serve the request, in the order given.
    func candidates(among endpoints: [Endpoint], in context: SchedulingContext) -> [Endpoint]

    /// What the client is told if this filter leaves no endpoint of several.
    var exhaustion: PickError { get }
}

extension Filter {
    package var exhaustion: PickError { .noEndpoints }
}
