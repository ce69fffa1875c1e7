package import Domain

/// What the engine's last report and this picker's own count say together. The report lags behind:
/// without the own count every request of a burst would see the same idle endpoint. Of the requests
/// that this picker has in flight, the engine has counted at most as many as it runs, or holds
/// waiting; the others came since, and until it says where they are they count as either. With none
/// in flight, the report stands alone; without a report, the own count does.
extension EndpointLoad {
    /// Requests that wait in the engine's queue.
    package var waitingRequests: Int {
        let running = Int(max(0, report.runningRequests))
        return max(0, Int(report.waitingRequests), Int(inFlightRequests) - running)
    }

    /// Requests that the engine computes.
    package var runningRequests: Int {
        let waiting = Int(max(0, report.waitingRequests))
        return max(0, Int(report.runningRequests), Int(inFlightRequests) - waiting)
    }
}
