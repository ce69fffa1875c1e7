import KVIndexer

/// One publisher and its engine, whose messages are lost, repeated and late, as a made-up
/// history has it. What is applied is kept as it would be by an index.
struct PublisherHistory {
    struct Chances {
        var loss = 0.0
        var repetition = 0.0
        var restart = 0.0
        var blip = 0.0
        /// A request for a replay that nobody hears.
        var silence = 0.0
        /// An answer that the engine's socket drops.
        var hole = 0.0
    }

    private enum Live {
        case batch(StreamPosition)
        case connected
    }

    private enum Answer {
        case batch(StreamPosition)
        case end
    }

    private var chances: Chances
    let ringCount: Int
    private let canReplay: Bool
    private var random: any RandomNumberGenerator
    private(set) var state: PublisherState

    // The engine.
    private(set) var stream: UInt64 = 1
    private(set) var published: [StreamPosition] = []
    // On the way.
    private var live: [Live] = [.connected]
    private var request: UInt64?
    private var answers: [Answer] = []
    // The index.
    private var held: [StreamPosition] = []
    private(set) var confirmed: [StreamPosition] = []
    private(set) var uncertain: [StreamPosition] = []
    private(set) var outcomes: [Verdict.Outcome] = []
    private(set) var lostCount: UInt64 = 0

    init(
        canReplay: Bool,
        ringCount: Int = 1_000,
        chances: Chances,
        random: some RandomNumberGenerator
    ) {
        self.canReplay = canReplay
        self.ringCount = ringCount
        self.chances = chances
        self.random = random
        state = PublisherState(canReplay: canReplay)
    }

    private mutating func happens(_ chance: Double) -> Bool {
        Double.random(in: 0..<1, using: &random) < chance
    }

    mutating func step() {
        switch Int.random(in: 0..<6, using: &random) {
        case 0, 1: publish()
        case 2: deliverLive()
        case 3: deliverAnswer()
        case 4: answer()
        default: misfortune()
        }
    }

    /// Lets everything arrive, without further misfortune. Then the connection is made anew,
    /// which makes sure of the stream.
    mutating func settle() {
        chances = Chances()
        drain()
        take(state.cooledDown())
        live.append(.connected)
        drain()
        publish(always: true)
        drain()
    }

    private mutating func drain() {
        while !live.isEmpty || state.isReplaying {
            while !live.isEmpty { deliverLive() }
            if let number = request { serve(from: number) }
            while !answers.isEmpty { deliverAnswer() }
            if state.isReplaying, request == nil { take(state.replayStalled()) }
        }
    }

    private mutating func publish(always: Bool = false) {
        let number = UInt64(published.count)
        let batch = StreamPosition(number: number, payloadHash: stream << 32 | number)
        published.append(batch)
        guard always || !happens(chances.loss) else { return }
        live.append(.batch(batch))
        if happens(chances.repetition) { live.append(.batch(batch)) }
    }

    private mutating func misfortune() {
        if happens(chances.restart) {
            stream += 1
            published = []
            reconnect()
        } else if happens(chances.blip) {
            for _ in 0..<Int.random(in: 0..<4, using: &random) {
                published.append(
                    StreamPosition(
                        number: UInt64(published.count),
                        payloadHash: stream << 32 | UInt64(published.count)
                    )
                )
            }
            reconnect()
        } else if state.isReplaying, answers.isEmpty, request == nil {
            take(state.replayStalled())
        } else if state.isCoolingDown {
            take(state.cooledDown())
        }
    }

    /// What has not arrived by now never does.
    private mutating func reconnect() {
        live = [.connected]
        answers = []
        request = nil
    }

    private mutating func deliverLive() {
        guard !live.isEmpty else { return }
        switch live.removeFirst() {
        case .connected: take(state.connected())
        case .batch(let batch): take(state.receivedLive(batch), batch)
        }
    }

    private mutating func answer() {
        guard let number = request else { return }
        if happens(chances.silence) { request = nil } else { serve(from: number) }
    }

    private mutating func serve(from number: UInt64) {
        request = nil
        for batch in published.suffix(ringCount) where batch.number >= number {
            if !happens(chances.hole) { answers.append(.batch(batch)) }
        }
        if !happens(chances.hole) { answers.append(.end) }
    }

    private mutating func deliverAnswer() {
        guard !answers.isEmpty else { return }
        switch answers.removeFirst() {
        case .batch(let batch): take(state.receivedReplay(batch), batch)
        case .end: take(state.replayEnded())
        }
    }

    private mutating func take(_ verdict: Verdict, _ batch: StreamPosition? = nil) {
        follow(verdict)
        switch verdict.batch {
        case .drop: break
        case .apply: if let batch { confirmed.append(batch) }
        case .hold: if let batch { held.append(batch) }
        }
        obey(verdict.order)
    }

    private mutating func obey(_ order: Verdict.Order) {
        switch order {
        case .none: break
        case .request(let number): (request, answers) = (number, [])
        case .release:
            (request, answers) = (nil, [])
            release()
        }
    }

    private mutating func release() {
        while let batch = held.first {
            let verdict = state.released(batch)
            follow(verdict)
            if verdict.batch == .hold { return obey(verdict.order) }
            held.removeFirst()
            if verdict.batch == .apply { confirmed.append(batch) }
        }
    }

    private mutating func follow(_ verdict: Verdict) {
        lostCount += verdict.lostCount
        if let outcome = verdict.outcome { outcomes.append(outcome) }
        switch verdict.knowledge {
        case .keep, .confirm: break
        case .becomeUncertain:
            uncertain += confirmed
            confirmed = []
        case .startOver: (confirmed, uncertain) = ([], [])
        }
        if verdict.discardsHeld { held = [] }
    }
}
