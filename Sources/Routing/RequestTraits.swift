import Domain

/// What a request's headers say to scheduling, before its body is looked at.
package struct RequestTraits: Sendable {
    /// Of llm-d, and of the Gateway API Inference Extension: the first that is there counts.
    package static let objectiveHeaders = [
        "x-llm-d-inference-objective", "x-gateway-inference-objective",
    ]
    package static let fairnessHeaders = [
        "x-llm-d-inference-fairness-id", "x-gateway-inference-fairness-id",
    ]
    /// A client's own name for the flow of its requests may not be longer.
    private static let fairnessBytesMax = 256

    /// Priorities of the objectives that clients may name. One that is not known has priority 0.
    private let objectives: [String: Int]

    package init(objectives: [String: Int] = [:]) { self.objectives = objectives }

    func request(_ headers: [HeaderField]) -> InferenceRequest {
        var request = InferenceRequest(model: "")
        request.headers = headers
        if headers.isEmpty { return request }
        if let objective = first(of: Self.objectiveHeaders, in: request) {
            request.priority = objectives[objective] ?? 0
        }
        if let flow = first(of: Self.fairnessHeaders, in: request), !flow.isEmpty,
            flow.utf8.count <= Self.fairnessBytesMax
        {
            request.fairnessID = flow
        }
        return request
    }

    private func first(of names: [String], in request: InferenceRequest) -> String? {
        for name in names {
            if let value = request.header(name) { return value }
        }
        return nil
    }
}
