/// What is received from one socket before the others have their turn: a busy engine, or one with
/// large messages, keeps nobody waiting for long.
struct ReceiveTurn {
    private var messagesLeft = 64
    /// The last message may go beyond it.
    private var bytesLeft = 1 << 20

    var isOver: Bool { messagesLeft == 0 || bytesLeft <= 0 }

    mutating func take(_ byteCount: Int) {
        messagesLeft -= 1
        bytesLeft -= byteCount
    }
}
