import Testing

@testable import KVIndexer

@Suite struct ReceiveTurnTests {
    @Test(arguments: [(0, 64), (1_000, 64), (100_000, 11), (1 << 20, 1), (8 << 20, 1)])
    func `a turn is over after so many messages, or fewer large ones`(
        byteCount: Int,
        countMax: Int
    ) {
        var turn = ReceiveTurn()
        var count = 0
        while !turn.isOver {
            turn.take(byteCount)
            count += 1
        }
        #expect(count == countMax)
    }
}
