import Domain
package import Scheduling

/// A number that is known of an endpoint.
package enum EndpointFigure: Hashable, Sendable {
    /// As `EndpointLoad.waitingRequests` counts them.
    case waitingRequests
    /// As `EndpointLoad.runningRequests` counts them.
    case runningRequests
    /// Of the engine's report, 0...1.
    case kvCacheUsage
    /// What this picker has in flight there.
    case inFlightRequests
    case inFlightTokens
    /// Tokens of prompts that are still to be computed there.
    case prefillingTokens
    /// The number in a label.
    case label(String)

    /// - Parameter name: a figure's, in any of the spellings of vLLM's metrics and llm-d's
    ///   attributes (`num_requests_waiting`, `WaitingQueueSize`, `active-requests`, ...); any other
    ///   name is a label's.
    package init(named name: String) {
        let letters = name.lowercased().unicodeScalars.filter { ("a"..."z").contains($0) }
        switch String(String.UnicodeScalarView(letters)) {
        case "waitingrequests", "waitingqueuesize", "queuedepth", "vllmnumrequestswaiting",
            "numrequestswaiting":
            self = .waitingRequests
        case "runningrequests", "runningrequestssize", "vllmnumrequestsrunning",
            "numrequestsrunning":
            self = .runningRequests
        case "kvcacheusage", "kvcacheusagepercent", "kvcacheutilization", "kvcacheusageperc",
            "vllmkvcacheusageperc", "gpucacheusageperc", "vllmgpucacheusageperc":
            self = .kvCacheUsage
        case "inflightrequests", "activerequests": self = .inFlightRequests
        case "inflighttokens", "activetokens": self = .inFlightTokens
        case "prefillingtokens": self = .prefillingTokens
        default: self = .label(name)
        }
    }

    /// Nil if nothing finite is known.
    package func value(at position: Int, in context: SchedulingContext) -> Double? {
        let value: Double? =
            switch self {
            case .waitingRequests: Double(context.loads[position].waitingRequests)
            case .runningRequests: Double(context.loads[position].runningRequests)
            case .kvCacheUsage: context.loads[position].report.kvCacheUsage
            case .inFlightRequests: Double(context.loads[position].inFlightRequests)
            case .inFlightTokens: Double(context.loads[position].inFlightTokens)
            case .prefillingTokens: Double(context.loads[position].prefillingTokens)
            case .label(let name):
                context.snapshot.endpoints[position].labels[name].flatMap(Double.init)
            }
        return value.flatMap { $0.isFinite ? $0 : nil }
    }
}
