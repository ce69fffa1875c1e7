/// The phases that an inference request goes through.
package enum InferencePhase: String, CaseIterable, Sendable {
    /// Turns images, audio and video into embeddings.
    case encode
    /// Computes the KV cache of the prompt.
    case prefill
    /// Generates tokens.
    case decode
}

/// The phases that an endpoint serves, spelled as llm-d's label `llm-d.ai/role`. An endpoint
/// without the label is `decode`.
package enum EndpointRole: String, CaseIterable, Sendable {
    case prefill
    case decode
    case both
    case prefillDecode = "prefill-decode"
    case encode
    case encodePrefill = "encode-prefill"
    case encodePrefillDecode = "encode-prefill-decode"

    package func serves(_ phase: InferencePhase) -> Bool {
        switch phase {
        case .encode: self == .encode || self == .encodePrefill || self == .encodePrefillDecode
        case .prefill: self != .decode && self != .encode
        case .decode: self != .prefill && self != .encode && self != .encodePrefill
        }
    }
}
