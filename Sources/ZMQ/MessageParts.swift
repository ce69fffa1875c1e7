internal import CZMQ

/// The parts of a message, received into the same memory again and again. On the heap because
/// libzmq may keep small contents inside `zmq_msg_t`, at its address.
@safe struct MessageParts: ~Copyable {
    private let messages: UnsafeMutablePointer<zmq_msg_t>
    private let countMax: Int
    /// Of all parts of the last message, those that were lost, too.
    private(set) var byteCount = 0

    init(countMax: Int) {
        self.countMax = countMax
        unsafe messages = .allocate(capacity: countMax)
        for index in 0..<countMax { unsafe zmq_msg_init(messages + index) }
    }

    deinit {
        for index in 0..<countMax { unsafe zmq_msg_close(messages + index) }
        unsafe messages.deallocate()
    }

    /// Receives a message that has arrived, and returns how many parts it has, which may be more
    /// than there is room for: then the last ones are lost. Nil if none has arrived. libzmq hands
    /// a message over whole: once its first part is there, the others are too.
    mutating func receive(from socket: borrowing SocketHandle) throws(ZMQError) -> Int? {
        var count = 0
        byteCount = 0
        var hasMore: Int32 = 1
        while hasMore != 0 {
            let slot = unsafe messages + min(count, countMax - 1)
            let result = unsafe czmq_receive(socket.pointer, slot, &hasMore)
            if count == 0, result == -EAGAIN { return nil }
            try ZMQError.check(result, "receive")
            count += 1
            unsafe byteCount += zmq_msg_size(slot)
        }
        return count
    }

    /// The bytes of one part, which last until the next `receive`.
    @_lifetime(borrow self)
    borrowing func bytes(of index: Int) -> Span<UInt8> {
        precondition((0..<countMax).contains(index), "a part that there is")
        let message = unsafe messages + index
        let start = unsafe zmq_msg_data(message)?.assumingMemoryBound(to: UInt8.self)
        let bytes = unsafe UnsafeBufferPointer(start: start, count: zmq_msg_size(message))
        return unsafe _overrideLifetime(bytes.span, borrowing: self)
    }
}
