import KVIndexer
import Testing

/// Stories of one publisher, each as what comes and what is to be done about it.
@Suite struct PublisherStateTests {
    enum Step: Sendable {
        case connected
        /// The second number stands for the payload.
        case live(UInt64, UInt64 = 0)
        case replay(UInt64, UInt64 = 0)
        case released(UInt64, UInt64 = 0)
        case ended, stalled, failed, cooled
    }

    struct Story: Sendable, CustomTestStringConvertible {
        let name: String
        var canReplay = true
        var restored: StreamPosition?
        let steps: [(Step, Verdict)]
        var testDescription: String { name }
    }

    private static func position(_ number: UInt64, _ hash: UInt64) -> StreamPosition {
        StreamPosition(number: number, payloadHash: hash)
    }

    private func take(_ step: Step, _ state: inout PublisherState) -> Verdict {
        switch step {
        case .connected: state.connected()
        case .live(let number, let hash): state.receivedLive(Self.position(number, hash))
        case .replay(let number, let hash): state.receivedReplay(Self.position(number, hash))
        case .released(let number, let hash): state.released(Self.position(number, hash))
        case .ended: state.replayEnded()
        case .stalled: state.replayStalled()
        case .failed: state.replayFailed()
        case .cooled: state.cooledDown()
        }
    }

    private func tell(_ story: Story) {
        var state = PublisherState(
            canReplay: story.canReplay,
            restored: story.restored,
            attemptsMax: 2
        )
        for (index, (step, verdict)) in story.steps.enumerated() {
            #expect(take(step, &state) == verdict, "\(story.name), step \(index): \(step)")
        }
    }

    private static func uncertain(lost: UInt64) -> Verdict {
        Verdict(knowledge: .becomeUncertain, batch: .apply, isGap: true, lostCount: lost)
    }
    private static let restart = Verdict(
        knowledge: .startOver,
        discardsHeld: true,
        batch: .apply
    )
    private static let hold = Verdict(batch: .hold)
    private static func gap(from number: UInt64) -> Verdict {
        Verdict(batch: .hold, order: .request(from: number), isGap: true)
    }
    private static func ask(_ number: UInt64) -> Verdict {
        Verdict(order: .request(from: number))
    }
    private static let complete = Verdict(order: .release, outcome: .complete)
    private static let truncated = Verdict(order: .release, outcome: .truncated)
    private static let failed = Verdict(order: .release, outcome: .failed)

    static let withoutReplay: [Story] = [
        Story(
            name: "in order, from any number",
            canReplay: false,
            steps: [
                (.connected, .drop), (.live(7), .apply), (.live(8), .apply), (.live(9), .apply),
            ]
        ),
        Story(
            name: "a batch that comes twice",
            canReplay: false,
            steps: [(.live(0), .apply), (.live(0), .drop), (.live(1), .apply), (.live(1), .drop)]
        ),
        Story(
            name: "a gap",
            canReplay: false,
            steps: [(.live(0), .apply), (.live(3), uncertain(lost: 2)), (.live(4), .apply)]
        ),
        Story(
            name: "a restart, and one whose first batches are missed",
            canReplay: false,
            steps: [
                (.live(5), .apply), (.live(6), .apply), (.live(0), restart), (.live(1), .apply),
                (.live(2), .apply), (.live(1, 9), restart), (.live(2, 9), .apply),
            ]
        ),
        Story(
            name: "a restart after a single batch",
            canReplay: false,
            steps: [(.live(0, 1), .apply), (.live(0, 2), restart), (.live(1), .apply)]
        ),
        Story(
            name: "a snapshot's stream cannot be confirmed, but goes on",
            canReplay: false,
            restored: position(4, 4),
            steps: [(.connected, .drop), (.live(5), .apply), (.live(7), uncertain(lost: 1))]
        ),
        Story(
            name: "a snapshot's stream is over",
            canReplay: false,
            restored: position(4, 4),
            steps: [
                (.live(3), Verdict(knowledge: .startOver, batch: .apply)), (.live(4), .apply),
            ]
        ),
    ]

    static let withReplay: [Story] = [
        Story(
            name: "a new connection asks for all there is, and live batches wait",
            steps: [
                (.connected, ask(0)), (.live(2), hold), (.live(3), hold), (.replay(0), .apply),
                (.replay(1), .apply), (.replay(2), .apply), (.ended, complete),
                (.released(2), .drop), (.released(3), .apply), (.live(4), .apply),
            ]
        ),
        Story(
            name: "a gap is filled, from the last batch that is known",
            steps: [
                (.live(0), .apply), (.live(3), gap(from: 0)), (.live(4), hold),
                (.replay(0), .drop), (.replay(1), .apply), (.replay(2), .apply),
                (.replay(3), .apply), (.ended, complete), (.released(3), .drop),
                (.released(4), .apply), (.live(5), .apply),
            ]
        ),
        Story(
            name: "a replay ahead of the live socket is no restart",
            steps: [
                (.live(0), .apply), (.live(3), gap(from: 0)), (.replay(0), .drop),
                (.replay(1), .apply), (.replay(2), .apply), (.replay(3), .apply),
                (.replay(4), .apply), (.replay(5), .apply), (.ended, complete),
                (.released(3), .drop), (.live(4), .drop), (.live(5), .drop), (.live(6), .apply),
            ]
        ),
        Story(
            name: "what the buffer does not have any more is lost",
            steps: [
                (.live(0), .apply), (.live(9), gap(from: 0)),
                (.replay(6), Verdict(knowledge: .becomeUncertain, batch: .apply, lostCount: 5)),
                (.replay(7), .apply), (.replay(8), .apply), (.replay(9), .apply),
                (.ended, truncated), (.released(9), .drop), (.live(10), .apply),
            ]
        ),
        Story(
            name: "a truncated history is welcome",
            steps: [
                (.connected, ask(0)), (.replay(6), .apply), (.replay(7), .apply),
                (.ended, truncated), (.live(8), .apply),
            ]
        ),
        Story(
            name: "an engine without a history",
            steps: [(.connected, ask(0)), (.ended, complete), (.live(0), .apply)]
        ),
        Story(
            name: "batches published before the subscription stood are asked for in a second try",
            steps: [
                (.connected, ask(0)), (.live(4), hold), (.replay(0), .apply), (.replay(1), .apply),
                (.ended, complete), (.released(4), gap(from: 1)), (.replay(1), .drop),
                (.replay(2), .apply), (.replay(3), .apply), (.replay(4), .apply),
                (.ended, complete), (.released(4), .drop), (.live(5), .apply),
            ]
        ),
        Story(
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
        Story(
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
        Story(
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
        Story(
            name: "a connection that came back to the same stream",
            steps: [
                (.live(0), .apply), (.connected, ask(0)), (.replay(0), .drop),
                (.replay(1), .apply), (.ended, complete), (.live(1), .drop), (.live(2), .apply),
            ]
        ),
        Story(
            name: "a connection that came back during a replay",
            steps: [
                (.connected, ask(0)), (.replay(0), .apply), (.connected, .drop), (.ended, ask(0)),
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
        Story(
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
        Story(
            name: "an engine that drops answers is asked again from where it stopped",
            steps: [
                (.live(0), .apply), (.live(9), gap(from: 0)), (.replay(0), .drop),
                (.replay(1), .apply), (.replay(4), ask(1)), (.replay(1), .drop),
                (.replay(4), ask(1)), (.replay(1), .drop),
                (.replay(4), Verdict(knowledge: .becomeUncertain, batch: .apply, lostCount: 2)),
                (.replay(5), .apply),
            ]
        ),
        Story(
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
        Story(
            name: "progress gives a replay new attempts",
            steps: [
                (.live(0), .apply), (.live(9), gap(from: 0)), (.stalled, ask(0)),
                (.replay(0), .drop), (.replay(1), .apply), (.stalled, ask(1)), (.stalled, ask(1)),
                (.stalled, failed),
            ]
        ),
        Story(
            name: "after a failure without a gap, numbers decide",
            steps: [
                (.live(0), .apply), (.connected, ask(0)), (.live(1), hold), (.failed, failed),
                (.released(1), .apply), (.live(2), .apply), (.cooled, .drop),
                (.live(4), gap(from: 2)),
            ]
        ),
        Story(
            name: "a snapshot's stream is confirmed, and repeated",
            restored: position(4, 4),
            steps: [
                (.connected, ask(4)), (.replay(4, 4), Verdict(knowledge: .confirm)),
                (.replay(5), .apply), (.ended, complete), (.live(6), .apply),
            ]
        ),
        Story(
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

    private static let gap0 = Verdict(batch: .hold, order: .request(from: 0))

    @Test(arguments: withoutReplay) func `without replays, numbers decide`(story: Story) {
        tell(story)
    }

    @Test(arguments: withReplay) func `with replays, nothing is lost that an engine still has`(
        story: Story
    ) { tell(story) }

    @Test func `batches are repeated only between a snapshot's position and the replay's end`() {
        var state = PublisherState(canReplay: true, restored: Self.position(4, 4))
        _ = state.connected()
        #expect(!state.isRepeating)
        _ = state.receivedReplay(Self.position(4, 4))
        _ = state.receivedReplay(Self.position(5, 0))
        #expect(state.isRepeating)
        _ = state.replayEnded()
        #expect(!state.isRepeating)
        #expect(state.last == Self.position(5, 0))
    }

    @Test func `what cannot be read is lost`() {
        var state = PublisherState(canReplay: false)
        _ = state.receivedLive(Self.position(0, 0))
        #expect(state.unreadable() == Verdict(knowledge: .becomeUncertain, lostCount: 1))
        #expect(state.receivedLive(Self.position(1, 0)) == .apply)
    }
}
