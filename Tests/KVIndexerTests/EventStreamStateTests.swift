import KVIndexer
import Testing

@Suite struct EventStreamStateTests {
    /// Numbers as they arrive, each with what is to be done.
    @Test(
        arguments: [
            ([(0, .apply), (1, .apply), (2, .apply)], "in order"),
            ([(7, .apply), (8, .apply)], "joined midway: nothing is known that could be wrong"),
            ([(0, .apply), (2, .startOver), (3, .apply)], "a gap"),
            ([(5, .apply), (6, .apply), (0, .startOver), (1, .apply)], "a restart"),
            ([(5, .apply), (3, .startOver), (4, .apply)], "a restart, its first batches missed"),
            ([(0, .apply), (0, .startOver), (1, .apply)], "a restart after a single batch"),
            ([(0, .apply), (1, .apply), (1, .drop), (2, .apply)], "a batch that comes twice"),
            ([(.max, .apply), (0, .apply)], "the last number there is"),
        ] as [([(UInt64, EventStreamState.Action)], String)]
    )
    func `numbers decide`(numbers: [(UInt64, EventStreamState.Action)], story: String) {
        var stream = EventStreamState()
        for (number, action) in numbers { #expect(stream.received(number) == action, "\(story)") }
    }

    @Test func `after a batch that could not be read, any number goes`() {
        var stream = EventStreamState()
        #expect(stream.received(3) == .apply)
        stream.lost()
        #expect(stream.received(9) == .apply)
    }
}
