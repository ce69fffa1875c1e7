import KVIndexer
import Testing

/// Stories of one publisher, each as what comes and what is to be done about it.
@Suite struct PublisherStateTests {
    private func take(_ step: PublisherStory.Step, _ state: inout PublisherState) -> Verdict {
        switch step {
        case .connected: state.connected()
        case .live(let number, let hash): state.receivedLive(PublisherStory.position(number, hash))
        case .replay(let number, let hash):
            state.receivedReplay(PublisherStory.position(number, hash))
        case .released(let number, let hash): state.released(PublisherStory.position(number, hash))
        case .ended: state.replayEnded()
        case .stalled: state.replayStalled()
        case .failed: state.replayFailed()
        case .postponed: state.replayPostponed()
        case .cooled: state.cooledDown()
        }
    }

    private func tell(_ story: PublisherStory) {
        var state = PublisherState(
            canReplay: story.canReplay,
            restored: story.restored,
            attemptsMax: 2
        )
        for (index, (step, verdict)) in story.steps.enumerated() {
            #expect(take(step, &state) == verdict, "\(story.name), step \(index): \(step)")
        }
    }

    @Test(arguments: PublisherStory.withoutReplay) func `without replays, numbers decide`(
        story: PublisherStory
    ) {
        tell(story)
    }

    @Test(arguments: PublisherStory.withReplay)
    func `with replays, nothing is lost that an engine still has`(
        story: PublisherStory
    ) { tell(story) }

    @Test func `batches are repeated only between a snapshot's position and the replay's end`() {
        var state = PublisherState(canReplay: true, restored: PublisherStory.position(4, 4))
        _ = state.connected()
        #expect(!state.isRepeating)
        _ = state.receivedReplay(PublisherStory.position(4, 4))
        _ = state.receivedReplay(PublisherStory.position(5, 0))
        #expect(state.isRepeating)
        _ = state.replayEnded()
        #expect(!state.isRepeating)
        #expect(state.last == PublisherStory.position(5, 0))
    }

    @Test func `numbers of several publishers tell nothing`() {
        var state = PublisherState(canReplay: false, isNumbered: false)
        for number in [7, 0, 8, 1, 1, 12] as [UInt64] {
            #expect(state.receivedLive(PublisherStory.position(number, 0)) == .apply)
        }
    }

    @Test func `what cannot be read is lost`() {
        var state = PublisherState(canReplay: false)
        _ = state.receivedLive(PublisherStory.position(0, 0))
        #expect(state.unreadable() == Verdict(knowledge: .becomeUncertain, lostCount: 1))
        #expect(state.receivedLive(PublisherStory.position(1, 0)) == .apply)
    }
}
