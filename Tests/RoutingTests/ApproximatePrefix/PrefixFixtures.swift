import Domain
import Routing

/// Tokens of which no two blocks are alike.
func promptTokens(_ range: Range<Int>, seed: Int = 0) -> [TokenID] {
    range.map { TokenID(rawValue: UInt32(truncatingIfNeeded: $0 &+ seed &* 1_000_003)) }
}

func endpointID(_ number: Int) -> EndpointID { EndpointID(rawValue: UInt32(number)) }

extension EndpointSnapshot {
    /// Endpoints by their numbers.
    static func numbered(_ numbers: some Sequence<Int>, generation: UInt64 = 1) -> Self {
        EndpointSnapshot(
            generation: generation,
            endpoints: numbers.map {
                Endpoint(id: endpointID($0), name: "engine-\($0)", address: "10.0.0.\($0):8000")
            }
        )
    }
}

extension EngineReport {
    static func caching(tokens: Int, blockTokens: Int32) -> EngineReport {
        var report = EngineReport()
        report.kvCacheTokens = tokens
        report.blockTokens = blockTokens
        return report
    }
}

extension ApproximatePrefixIndex {
    func prompt(
        _ tokens: [TokenID],
        model: String = "m",
        cacheSalt: String? = nil
    ) -> ApproximatePrompt {
        prompt(of: tokens.span, model: model, cacheSalt: cacheSalt)
    }

    func prompt(text: String, model: String = "m") -> ApproximatePrompt {
        let bytes = Array(text.utf8)
        return prompt(ofBytes: bytes.span, model: model, cacheSalt: nil)
    }

    /// What an endpoint is taken to hold of a prompt.
    func blocks(of prompt: ApproximatePrompt, at endpoint: Int) -> Int {
        matches(of: prompt).blocks(at: endpointID(endpoint))
    }
}
