import Domain
import Scheduling
import Scorers
import Testing

@Suite struct LabelSelectorFilterTests {
    /// The third has no label at all.
    private static let endpoints: [Endpoint] = [
        .fake(0, labels: ["gpu": "h100", "zone": "a"]),
        .fake(1, labels: ["gpu": "l4", "zone": "a"]),
        .fake(2),
        .fake(3, labels: ["gpu": ""]),
    ]

    @Test(
        arguments: [
            (LabelSelector(), [0, 1, 2, 3]),
            (LabelSelector(matchLabels: ["gpu": "h100"]), [0]),
            (LabelSelector(matchLabels: ["gpu": "l4", "zone": "b"]), []),
            (expressions(("gpu", .isIn(["h100", "l4"]))), [0, 1]),
            (expressions(("gpu", .isNotIn(["h100"]))), [1, 2, 3]),
            (expressions(("gpu", .exists)), [0, 1, 3]),
            (expressions(("gpu", .doesNotExist)), [2]),
            (expressions(("gpu", .isInOrDoesNotExist(["l4"]))), [1, 2]),
            (expressions(("gpu", .isNotIn(["l4"])), ("zone", .exists)), [0]),
            (
                LabelSelector(
                    matchLabels: ["zone": "a"],
                    matchExpressions: [LabelSelector.Requirement("gpu", .isNotIn(["h100"]))]
                ),
                [1]
            ),
        ] as [(LabelSelector, [Int])]
    )
    func `every requirement has to be met, as in Kubernetes`(selector: LabelSelector, kept: [Int]) {
        let context = SchedulingContext.fake(Self.endpoints)
        #expect(context.positions(leftBy: LabelSelectorFilter(selector)) == kept)
    }

    private static func expressions(
        _ requirements: (String, LabelSelector.Condition)...
    ) -> LabelSelector {
        LabelSelector(matchExpressions: requirements.map { LabelSelector.Requirement($0, $1) })
    }
}
