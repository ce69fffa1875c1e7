import KVIndexer

extension PublisherStory {
    static let withReplay: [PublisherStory] = [
        PublisherStory(
            name: "a new connection asks for all there is, and live batches wait",
            steps: [
                (.connected, ask(0)), (.live(2), hold), (.live(3), hold), (.replay(0), .apply),
                (.replay(1), .apply), (.replay(2), .apply), (.ended, complete),
                (.released(2), .drop), (.released(3), .apply), (.live(4), .apply),
            ]
        ),
        PublisherStory(
            name: "a gap is filled, from the last batch that is known",
            steps: [
                (.live(0), .apply), (.live(3), gap(from: 0)), (.live(4), hold),
                (.replay(0), .drop), (.replay(1), .apply), (.replay(2), .apply),
                (.replay(3), .apply), (.ended, complete), (.released(3), .drop),
                (.released(4), .apply), (.live(5), .apply),
            ]
        ),
        PublisherStory(
            name: "a replay ahead of the live socket is no restart",
            steps: [
                (.live(0), .apply), (.live(3), gap(from: 0)), (.replay(0), .drop),
                (.replay(1), .apply), (.replay(2), .apply), (.replay(3), .apply),
                (.replay(4), .apply), (.replay(5), .apply), (.ended, complete),
                (.released(3), .drop), (.live(4), .drop), (.live(5), .drop), (.live(6), .apply),
            ]
        ),
        PublisherStory(
            name: "what the buffer does not have any more is lost",
            steps: [
                (.live(0), .apply), (.live(9), gap(from: 0)),
                (.replay(6), Verdict(knowledge: .becomeUncertain, batch: .apply, lostCount: 5)),
                (.replay(7), .apply), (.replay(8), .apply), (.replay(9), .apply),
                (.ended, truncated), (.released(9), .drop), (.live(10), .apply),
            ]
        ),
        PublisherStory(
            name: "a truncated history is welcome",
            steps: [
                (.connected, ask(0)), (.replay(6), .apply), (.replay(7), .apply),
                (.ended, truncated), (.live(8), .apply),
            ]
        ),
        PublisherStory(
            name: "an engine without a history",
            steps: [(.connected, ask(0)), (.ended, complete), (.live(0), .apply)]
        ),
        PublisherStory(
            name: "batches published before the subscription stood are asked for in a second try",
            steps: [
                (.connected, ask(0)), (.live(4), hold), (.replay(0), .apply), (.replay(1), .apply),
                (.ended, complete), (.released(4), gap(from: 1)), (.replay(1), .drop),
                (.replay(2), .apply), (.replay(3), .apply), (.replay(4), .apply),
                (.ended, complete), (.released(4), .drop), (.live(5), .apply),
            ]
        ),
        PublisherStory(
            name: "a gap that a replay does not fill is not asked for again",
            steps: [
                (.live(0), .apply), (.live(3), gap(from: 0)), (.replay(0), .drop),
                (.replay(1), .apply), (.ended, complete),
                (
                    .released(3),
                    Verdict(knowledge: .becomeUncertain, batch: .apply, isGap: true, lostCount: 1)
                ),
                (.live(4), .apply), (.live(6), gap(from: 4)),
            ]
        ),
        PublisherStory(
            name: "numbers that have overtaken ours do not hide a restart",
            steps: [
                (.live(0), .apply), (.live(1, 1), .apply), (.live(5, 2), gap(from: 1)),
                (
                    .replay(1, 2),
                    Verdict(
                        knowledge: .startOver,
                        order: .request(from: 0),
                        outcome: .restarted
                    )
                ),
                (.replay(0, 2), .apply), (.replay(1, 2), .apply),
            ]
        ),
        PublisherStory(
            name: "an engine that came back with less than it had",
            steps: [
                (.live(8), gap0), (.replay(7), .apply), (.replay(8), .apply),
                (.ended, truncated), (.released(8), .drop), (.connected, ask(8)),
                (
                    .ended,
                    Verdict(
                        knowledge: .startOver,
                        order: .request(from: 0),
                        outcome: .restarted
                    )
                ),
                (.replay(0, 5), .apply), (.ended, complete), (.live(1, 5), .apply),
            ]
        ),
        PublisherStory(
            name: "a connection that came back to the same stream",
            steps: [
                (.live(0), .apply), (.connected, ask(0)), (.replay(0), .drop),
                (.replay(1), .apply), (.ended, complete), (.live(1), .drop), (.live(2), .apply),
            ]
        ),
        PublisherStory(
            name: "a connection that came back during a replay",
            steps: [
                (.connected, ask(0)), (.replay(0), .apply), (.connected, .drop),
                (.ended, Verdict(order: .request(from: 0), outcome: .complete)),
                (
                    .replay(0, 1),
                    Verdict(
                        knowledge: .startOver,
                        order: .request(from: 0),
                        outcome: .restarted
                    )
                ),
                (.replay(0, 1), .apply), (.ended, complete),
            ]
        ),
        PublisherStory(
            name: "a restart during a replay",
            steps: [
                (.live(0), .apply), (.live(5), gap(from: 0)), (.live(6), hold),
                (
                    .live(2, 7),
                    Verdict(
                        knowledge: .startOver,
                        discardsHeld: true,
                        batch: .hold,
                        order: .request(from: 0)
                    )
                ),
                (.replay(0, 7), .apply),
                (
                    .live(0, 8),
                    Verdict(
                        knowledge: .startOver,
                        discardsHeld: true,
                        batch: .apply,
                        order: .release
                    )
                ),
                (.live(1, 8), .apply),
            ]
        ),
        PublisherStory(
            name: "an engine that drops answers is asked again from where it stopped",
            steps: [
                (.live(0), .apply), (.live(9), gap(from: 0)), (.replay(0), .drop),
                (.replay(1), .apply), (.replay(4), ask(1)), (.replay(1), .drop),
                (.replay(4), ask(1)), (.replay(1), .drop),
                (.replay(4), Verdict(knowledge: .becomeUncertain, batch: .apply, lostCount: 2)),
                (.replay(5), .apply),
            ]
        ),
        PublisherStory(
            name: "a replay that stalls is tried again, then given up until some time later",
            steps: [
                (.live(0), .apply), (.live(2), gap(from: 0)), (.stalled, ask(0)),
                (.replay(0), .drop), (.stalled, failed),
                (
                    .released(2),
                    Verdict(knowledge: .becomeUncertain, batch: .apply, lostCount: 1)
                ),
                (.live(4), uncertain(lost: 1)), (.connected, .drop), (.cooled, ask(4)),
            ]
        ),
        PublisherStory(
            name: "progress gives a replay new attempts",
            steps: [
                (.live(0), .apply), (.live(9), gap(from: 0)), (.stalled, ask(0)),
                (.replay(0), .drop), (.replay(1), .apply), (.stalled, ask(1)), (.stalled, ask(1)),
                (.stalled, failed),
            ]
        ),
        PublisherStory(
            name: "after a failure without a gap, numbers decide",
            steps: [
                (.live(0), .apply), (.connected, ask(0)), (.live(1), hold), (.failed, failed),
                (.released(1), .apply), (.live(2), .apply), (.cooled, .drop),
                (.live(4), gap(from: 2)),
            ]
        ),
        PublisherStory(
            name: "a replay that fails shows nothing of a new connection",
            steps: [
                (.connected, ask(0)), (.ended, complete), (.live(0), .apply), (.connected, ask(0)),
                (.live(1, 1), hold),
                (
                    .failed,
                    Verdict(knowledge: .becomeUncertain, order: .release, outcome: .failed)
                ),
                (.released(1, 1), .apply), (.connected, doubt), (.live(2, 2), .apply),
                (.cooled, ask(2)),
            ]
        ),
        PublisherStory(
            name: "a replay that has its turn too late brings all there is",
            steps: [
                (.connected, ask(0)), (.live(5), hold), (.postponed, Verdict(order: .release)),
                (.released(5), .apply), (.live(7), uncertain(lost: 1)), (.cooled, ask(0)),
                (.live(8), hold), (.stalled, ask(0)),
                (.replay(3), Verdict(knowledge: .becomeUncertain, batch: .apply)),
                (.replay(4), .apply), (.stalled, ask(4)), (.replay(4), .drop),
                (.replay(5), .apply), (.replay(6), .apply), (.replay(7), .apply),
                (.replay(8), .apply), (.ended, complete), (.released(8), .drop),
                (.live(9), .apply), (.cooled, .drop),
            ]
        ),
        PublisherStory(
            name: "a restart while nothing may be asked for",
            steps: [
                (.connected, ask(0)), (.ended, complete), (.live(0), .apply),
                (.live(3), gap(from: 0)),
                (.failed, failed),
                (
                    .released(3),
                    Verdict(knowledge: .becomeUncertain, batch: .apply, lostCount: 2)
                ),
                (.live(2, 5), restart), (.cooled, ask(0)),
                (.replay(0, 5), Verdict(knowledge: .becomeUncertain, batch: .apply)),
                (.replay(1, 5), .apply), (.replay(2, 5), .apply), (.ended, complete),
                (.live(3, 5), .apply),
            ]
        ),
        PublisherStory(
            name: "a replay that had its turn too late, and fails then",
            steps: [
                (.connected, ask(0)), (.postponed, Verdict(order: .release)), (.live(5), .apply),
                (.cooled, ask(0)), (.failed, failed), (.cooled, .drop), (.live(7), gap(from: 5)),
            ]
        ),
        PublisherStory(
            name: "a snapshot's stream is confirmed, and repeated",
            restored: position(4, 4),
            steps: [
                (.connected, ask(4)), (.replay(4, 4), Verdict(knowledge: .confirm)),
                (.replay(5), .apply), (.ended, complete), (.live(6), .apply),
            ]
        ),
        PublisherStory(
            name: "a snapshot's stream is another one now",
            restored: position(4, 4),
            steps: [
                (.connected, ask(4)),
                (
                    .replay(4, 5),
                    Verdict(
                        knowledge: .startOver,
                        order: .request(from: 0),
                        outcome: .restarted
                    )
                ),
                (.replay(0, 5), .apply),
            ]
        ),
    ]
}
