import Domain

/// What became of a request, under llm-d's names.
enum FlowOutcome: String, CaseIterable, Sendable {
    case dispatched = "Dispatched"
    case rejectedCapacity = "RejectedCapacity"
    case rejectedNoEndpoints = "RejectedNoEndpoints"
    case rejectedOther = "RejectedOther"
    case evictedTTL = "EvictedTTL"
    case evictedNoEndpoints = "EvictedNoEndpoints"
    case evictedContextCancelled = "EvictedContextCancelled"
    case evictedOther = "EvictedOther"

    /// - Parameter hasWaited: *rejected* is what never waited, *evicted* what did.
    init(_ result: Result<Void, PickError>, hasWaited: Bool) {
        guard case .failure(let error) = result else {
            self = .dispatched
            return
        }
        switch error {
        case .queueFull: self = .rejectedCapacity
        case .waitedTooLong: self = .evictedTTL
        case .noEndpointsInTime: self = hasWaited ? .evictedNoEndpoints : .rejectedNoEndpoints
        case .cancelled: self = .evictedContextCancelled
        default: self = hasWaited ? .evictedOther : .rejectedOther
        }
    }
}
