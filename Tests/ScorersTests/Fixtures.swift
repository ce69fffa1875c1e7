import Domain
import Scheduling

extension Endpoint {
    static func fake(
        _ id: UInt32,
        address: String? = nil,
        role: EndpointRole = .both,
        labels: [String: String] = [:]
    ) -> Endpoint {
        Endpoint(
            id: EndpointID(rawValue: id),
            name: "engine-\(id)",
            address: address ?? "10.0.0.\(id):8000",
            role: role,
            labels: labels
        )
    }
}

extension EndpointLoad {
    /// An idle endpoint, but for what `change` sets.
    static func fake(_ change: (inout EndpointLoad) -> Void) -> EndpointLoad {
        var load = EndpointLoad()
        change(&load)
        return load
    }
}

extension SchedulingContext {
    /// A request to a pool of `endpoints`, which all announce what they hold; matches are in blocks
    /// of 16 tokens, by the endpoint's number, and loads by position.
    static func fake(
        _ endpoints: [Endpoint] = [],
        blockCount: Int = 0,
        matched: [UInt32: Int] = [:],
        loads: [EndpointLoad] = [],
        request: InferenceRequest = InferenceRequest(model: "m"),
        subsetHint: [String]? = nil,
        rotation: UInt64 = 0
    ) -> SchedulingContext {
        var context = SchedulingContext(
            request: request,
            snapshot: EndpointSnapshot(generation: 1, endpoints: endpoints),
            loads: loads
        )
        context.request.promptTokens = max(request.promptTokens, blockCount * 16)
        context.matches = PrefixMatches(
            blockCount: blockCount,
            matchedBlocks: Dictionary(
                uniqueKeysWithValues: matched.map { (EndpointID(rawValue: $0.key), $0.value) }
            )
        )
        context.announcing = endpoints.map { _ in true }
        context.subsetHint = subsetHint
        context.rotation = rotation
        return context
    }

    /// Every endpoint of the pool.
    var everyone: Candidates { Candidates(snapshot.endpoints.indices) }

    /// The scores of every endpoint.
    func scores(by scorer: some Scorer) -> [Double] {
        var scores = [Double](repeating: 0, count: snapshot.endpoints.count)
        scorer.score(everyone, in: self, into: &scores)
        return scores
    }

    /// The positions that a filter leaves of every endpoint.
    func positions(leftBy filter: some Filter) -> [Int] {
        var candidates = everyone
        filter.filter(&candidates, in: self)
        return candidates.positions.map(Int.init)
    }
}
