import Domain

/// What a request's series are told apart by.
struct FlowLabels: Hashable, Sendable {
    let fairnessID: String
    let model: String
    let priority: String

    /// Texts of clients: a longer one counts as `other`.
    private static let bytesMax = 128

    init(fairnessID: String, model: String, priority: Int) {
        self.fairnessID = Self.bounded(fairnessID)
        self.model = Self.bounded(model)
        self.priority = Self.label(ofPriority: priority)
    }

    init(_ request: InferenceRequest) {
        self.init(
            fairnessID: request.fairnessID,
            model: request.model,
            priority: request.priority
        )
    }

    private init(otherOf priority: String) {
        fairnessID = "other"
        model = "other"
        self.priority = priority
    }

    /// What all share that are too many to be told apart.
    var other: FlowLabels { FlowLabels(otherOf: priority) }

    /// Far priorities share a label: there are few in use, but nothing that bounds them.
    static func label(ofPriority priority: Int) -> String {
        switch priority {
        case -1000...1000: "\(priority)"
        case ..<0: "below -1000"
        default: "above 1000"
        }
    }

    private static func bounded(_ text: String) -> String {
        text.utf8.count <= bytesMax ? text : "other"
    }
}
