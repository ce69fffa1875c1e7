import KVIndexer
import Testing

/// What comes from one publisher, and what is to be done about it.
struct PublisherStory: Sendable, CustomTestStringConvertible {
    enum Step: Sendable {
        case connected
        /// The second number stands for the payload.
        case live(UInt64, UInt64 = 0)
        case replay(UInt64, UInt64 = 0)
        case released(UInt64, UInt64 = 0)
        case ended, stalled, failed, postponed, cooled
    }

    let name: String
    var canReplay = true
    var restored: StreamPosition?
    let steps: [(Step, Verdict)]
    var testDescription: String { name }

    static func position(_ number: UInt64, _ hash: UInt64) -> StreamPosition {
        StreamPosition(number: number, payloadHash: hash)
    }

    static func uncertain(lost: UInt64) -> Verdict {
        Verdict(knowledge: .becomeUncertain, batch: .apply, isGap: true, lostCount: lost)
    }
    static let restart = Verdict(
        knowledge: .startOver,
        discardsHeld: true,
        batch: .apply
    )
    static let hold = Verdict(batch: .hold)
    static func gap(from number: UInt64) -> Verdict {
        Verdict(batch: .hold, order: .request(from: number), isGap: true)
    }
    static func ask(_ number: UInt64) -> Verdict {
        Verdict(order: .request(from: number))
    }
    static let complete = Verdict(order: .release, outcome: .complete)
    static let truncated = Verdict(order: .release, outcome: .truncated)
    static let failed = Verdict(order: .release, outcome: .failed)

    static let doubt = Verdict(knowledge: .becomeUncertain)

    static let gap0 = Verdict(batch: .hold, order: .request(from: 0))
}

// MARK: Without replays

extension PublisherStory {
    static let withoutReplay: [PublisherStory] = [
        PublisherStory(
            name: "in order, from any number",
            canReplay: false,
            steps: [
                (.connected, .drop), (.live(7), .apply), (.live(8), .apply), (.live(9), .apply),
            ]
        ),
        PublisherStory(
            name: "a batch that comes twice",
            canReplay: false,
            steps: [(.live(0), .apply), (.live(0), .drop), (.live(1), .apply), (.live(1), .drop)]
        ),
        PublisherStory(
            name: "a gap",
            canReplay: false,
            steps: [(.live(0), .apply), (.live(3), uncertain(lost: 2)), (.live(4), .apply)]
        ),
        PublisherStory(
            name: "a restart, and one whose first batches are missed",
            canReplay: false,
            steps: [
                (.live(5), .apply), (.live(6), .apply), (.live(0), restart), (.live(1), .apply),
                (.live(2), .apply), (.live(1, 9), restart), (.live(2, 9), .apply),
            ]
        ),
        PublisherStory(
            name: "a restart after a single batch",
            canReplay: false,
            steps: [(.live(0, 1), .apply), (.live(0, 2), restart), (.live(1), .apply)]
        ),
        PublisherStory(
            name: "a new connection may be to an engine whose numbers have just come up to ours",
            canReplay: false,
            steps: [
                (.connected, .drop), (.connected, .drop), (.live(0), .apply), (.connected, doubt),
                (.live(1, 1), .apply),
            ]
        ),
        PublisherStory(
            name: "a snapshot's stream cannot be confirmed, but goes on",
            canReplay: false,
            restored: position(4, 4),
            steps: [(.connected, .drop), (.live(5), .apply), (.live(7), uncertain(lost: 1))]
        ),
        PublisherStory(
            name: "a snapshot's stream is over",
            canReplay: false,
            restored: position(4, 4),
            steps: [
                (.live(3), Verdict(knowledge: .startOver, batch: .apply)), (.live(4), .apply),
            ]
        ),
    ]
}
