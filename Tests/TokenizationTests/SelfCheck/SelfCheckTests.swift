import Domain
import Testing

@testable import Tokenization

@Suite struct SelfCheckTests {
    private typealias Check = SelfCheck<String>

    private let probes = ["one", "two", "three", "four"].map {
        Probe(name: $0, content: .text($0, addsSpecialTokens: true))
    }

    private func tokens(_ ids: [UInt32]) -> [TokenID] { ids.map(TokenID.init(rawValue:)) }

    private func candidate(_ mode: String, _ ids: [[UInt32]?]) -> Check.Candidate {
        Check.Candidate(mode: mode, tokens: ids.map { $0.map(tokens) })
    }

    private func report(
        _ candidates: [Check.Candidate],
        _ answers: [Check.Answer],
        canAskEngine: Bool = true
    ) -> Check.Report {
        Check.report(
            on: probes,
            candidates: candidates,
            answers: answers,
            canAskEngine: canAskEngine
        )
    }

    private var answers: [Check.Answer] { [[1], [2], [3, 3], [4]].map { .tokens(tokens($0)) } }
    private var right: [[UInt32]?] { [[1], [2], [3, 3], [4]] }
    private var wrong: [[UInt32]?] { [[1], [2], [3, 5], [6]] }

    @Test func `the current mode is kept where it agrees, whatever others do`() {
        let report = report([candidate("raw", right), candidate("v5", right)], answers)
        #expect(
            report
                == Check.Report(
                    verdict: .keep,
                    comparedCount: 4,
                    differentCount: 0,
                    firstDifference: nil
                )
        )
    }

    @Test func `another mode that agrees is changed to, and the first difference is named`() {
        let report = report([candidate("raw", wrong), candidate("v5", right)], answers)
        #expect(report.verdict == .change(to: "v5"))
        #expect(report.differentCount == 2)
        #expect(
            report.firstDifference
                == Check.Difference(
                    probe: "three",
                    index: 1,
                    ours: TokenID(rawValue: 5),
                    theirs: TokenID(rawValue: 3)
                )
        )
    }

    @Test func `where no mode agrees the engine is asked, or precise scoring is off`() {
        let candidates = [candidate("raw", wrong), candidate("v5", [[9], [2], [3, 3], [4]])]
        #expect(report(candidates, answers).verdict == .askEngine)
        #expect(report(candidates, answers, canAskEngine: false).verdict == .off)
        #expect(report([], answers).verdict == .askEngine)
    }

    @Test func `a request that the engine refuses does not count, one that we cannot does`() {
        var refusing = answers
        refusing[2] = .refused
        refusing[3] = .refused
        #expect(report([candidate("raw", wrong)], refusing).verdict == .keep)
        let report = report([candidate("raw", [[1], nil, [3, 3], [4]])], answers)
        #expect(report.verdict == .askEngine)
        #expect(report.firstDifference?.probe == "two")
        #expect(report.firstDifference?.ours == nil)
    }

    @Test func `too few answers decide nothing, also where they differ`() {
        let few: [Check.Answer] = [.missing, .missing, answers[2], .missing]
        #expect(report([candidate("raw", wrong)], few).verdict == .unknown)
        #expect(report([candidate("raw", wrong)], []).verdict == .unknown)
        let enough: [Check.Answer] = [answers[0], .missing, .missing, answers[3]]
        #expect(report([candidate("raw", wrong)], enough).verdict == .askEngine)
    }

    @Test func `tokens that end early differ at their end`() {
        let report = report([candidate("raw", [[1], [2], [3], [4]])], answers)
        #expect(report.firstDifference?.index == 1)
        #expect(report.firstDifference?.ours == nil)
        #expect(report.firstDifference?.theirs == TokenID(rawValue: 3))
    }
}
