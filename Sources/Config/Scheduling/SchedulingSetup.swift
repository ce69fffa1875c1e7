package import FlowControl
package import Scheduling

/// How requests are scheduled, whoever said so: a document, the environment, the command line, or
/// nobody.
package struct SchedulingSetup: Sendable {
    package var scheduler: Scheduler
    /// What has to be known or kept for its plug-ins to work.
    package var needs: SchedulingNeeds
    /// Who is let in, who waits, and who is turned away. Validated.
    package var admission: AdmissionConfig
    /// What the plug-ins for precise prefixes say of the KV cache's index. Nil: nothing.
    package var kvCache: KVCacheParameters?
    /// The pool's model, where a plug-in that tokenizes prompts names it.
    package var modelName: String?
    /// Tokens that a request is expected to generate for each token of its prompt, so that load
    /// counts them from the start. Nil: load counts the prompt alone.
    package var outputTokensPerPromptToken: Double?
    /// What counts in the end, setting by setting.
    package var settings: [EffectiveSetting]
    package var remarks: ConfigRemarks
}

/// What the command line says of scheduling. It outweighs every other source.
package struct SchedulingOverrides: Equatable, Sendable {
    /// Requests in flight at one endpoint from which on it gets no more. Nil: no bound.
    package var endpointRequestsMax: Int?
    /// Endpoints that are named beside the picked one. Nil: as the document says, or 2.
    package var fallbackEndpoints: Int?
    /// What cached blocks are worth by their tier. Nil: as the document says.
    package var tierWeights: TierWeights?
    /// Whether what has no effect is an error.
    package var isStrict = false
    /// Makes the random picks of one process differ from those of another.
    package var seed: UInt64 = 0

    package init() {}

    /// Endpoints that a pick names at most, where nothing else is said.
    static let endpointsMax = 3
}
