/// How full a pool is, stage by stage, as of one instant.
package struct PoolFullness: Equatable, Sendable {
    package let decode: SaturationReading
    package let prefill: SaturationReading

    package init(
        decode: SaturationReading,
        prefill: SaturationReading = SaturationReading([], endpointCount: 0)
    ) {
        self.decode = decode
        self.prefill = prefill
    }

    package init(
        of pool: PoolLoads,
        by detector: any SaturationDetector,
        at now: ContinuousClock.Instant
    ) {
        self.init(
            decode: detector.reading(of: pool, in: .decode, at: now),
            prefill: detector.reading(of: pool, in: .prefill, at: now)
        )
    }

    /// Before anyone has looked.
    static let unknown = PoolFullness(decode: SaturationReading([], endpointCount: 0))

    /// Whether nothing can serve a request to its end.
    package var isEmpty: Bool { decode.endpointCount == 0 }

    /// Endpoints that should report on themselves and have not lately.
    package var staleEndpoints: Int { decode.staleEndpoints + prefill.staleEndpoints }

    /// The saturation of the fuller stage if what is pending were in flight, too.
    package func level(with pending: PendingRequests = PendingRequests()) -> Double {
        max(decode.level(with: pending), prefill.level(with: pending))
    }
}
