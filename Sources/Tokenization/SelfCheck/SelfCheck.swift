package import Domain

/// Compares our tokens with an engine's and decides how a model is tokenized from then on. Pure:
/// asking the engine is `SelfCheckRunner`'s work.
package struct SelfCheck<Mode: Equatable & Sendable>: Sendable {
    /// What an engine said to one probe.
    package enum Answer: Equatable, Sendable {
        case tokens([TokenID])
        /// The engine does not take this request, so that its tokens do not matter.
        case refused
        /// Nobody knows.
        case missing
    }

    /// One way to tokenize the model here.
    package struct Candidate: Sendable {
        package let mode: Mode
        /// One entry for each probe: the tokens, or nil if we cannot compute them.
        package let tokens: [[TokenID]?]

        package init(mode: Mode, tokens: [[TokenID]?]) {
            self.mode = mode
            self.tokens = tokens
        }
    }

    package enum Verdict: Equatable, Sendable {
        /// The current mode gives the engine's tokens.
        case keep
        /// This one does, and the current one does not.
        case change(to: Mode)
        /// None does: the engine must be asked for each request.
        case askEngine
        /// None does, and the engine cannot be asked: precise scoring would be wrong.
        case off
        /// Too few answers to say. Says nothing against the current mode.
        case unknown
    }

    /// Where the current mode first differs from the engine.
    package struct Difference: Equatable, Sendable {
        package let probe: String
        /// Of the first token that differs.
        package let index: Int
        /// Nil where that side has no more tokens, or none at all.
        package let ours: TokenID?
        package let theirs: TokenID?
    }

    package struct Report: Equatable, Sendable {
        package let verdict: Verdict
        /// Probes with tokens from the engine.
        package let comparedCount: Int
        /// Those of them on which the current mode differs.
        package let differentCount: Int
        package let firstDifference: Difference?
    }

    /// Fewer answers with tokens than this part of the texts decide nothing.
    private static var answeredPartMin: Double { 0.5 }

    /// - Parameters:
    ///   - probes: those that the candidates' tokens and the answers belong to, in order.
    ///   - candidates: the current mode first. Without one there is nothing to trust.
    ///   - canAskEngine: whether the engine may be asked for each request.
    package static func report(
        on probes: [Probe],
        candidates: [Candidate],
        answers: [Answer],
        canAskEngine: Bool
    ) -> Report {
        let compared = probes.indices.filter { index in
            guard answers.indices.contains(index), case .tokens = answers[index] else {
                return false
            }
            return true
        }
        let differences = candidates.first.map { current in
            compared.compactMap { difference(current, answers, probes, $0) }
        }
        let isEnough = Double(compared.count) >= Double(probes.count) * answeredPartMin
        return Report(
            verdict: isEnough && !compared.isEmpty
                ? verdict(candidates, answers, compared, canAskEngine) : .unknown,
            comparedCount: compared.count,
            differentCount: differences?.count ?? compared.count,
            firstDifference: differences?.first
        )
    }

    private static func verdict(
        _ candidates: [Candidate],
        _ answers: [Answer],
        _ compared: [Int],
        _ canAskEngine: Bool
    ) -> Verdict {
        let agreeing = candidates.firstIndex { candidate in
            compared.allSatisfy { isEqual(candidate, answers, $0) }
        }
        switch agreeing {
        case 0: return .keep
        case let index?: return .change(to: candidates[index].mode)
        case nil: return canAskEngine ? .askEngine : .off
        }
    }

    private static func isEqual(_ candidate: Candidate, _ answers: [Answer], _ index: Int) -> Bool {
        guard candidate.tokens.indices.contains(index), let ours = candidate.tokens[index] else {
            return false
        }
        return answers[index] == .tokens(ours)
    }

    private static func difference(
        _ candidate: Candidate,
        _ answers: [Answer],
        _ probes: [Probe],
        _ index: Int
    ) -> Difference? {
        guard case .tokens(let theirs) = answers[index], !isEqual(candidate, answers, index) else {
            return nil
        }
        let known = candidate.tokens.indices.contains(index) ? candidate.tokens[index] : nil
        let ours = known ?? []
        let position = zip(ours, theirs).prefix { $0 == $1 }.count
        return Difference(
            probe: probes[index].name,
            index: position,
            ours: ours.indices.contains(position) ? ours[position] : nil,
            theirs: theirs.indices.contains(position) ? theirs[position] : nil
        )
    }
}
