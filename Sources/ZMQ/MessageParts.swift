internal import CZMQ

/// The parts of a message, received into the same memory again and again. On the heap because
/// libzmq may keep small contents inside `zmq_msg_t`, at its address.
@safe struct MessageParts: ~Copyable {
    private let messages: UnsafeMutablePointer<zmq_msg_t>
    private let count: Int

    init(count: Int) {
        self.count = count
        unsafe messages = .allocate(capacity: count)
        for index in 0..<count { unsafe zmq_msg_init(messages + index) }
    }

    deinit {
        for index in 0..<count { unsafe zmq_msg_close(messages + index) }
        unsafe messages.deallocate()
    }

    subscript(index: Int) -> UnsafeMutablePointer<zmq_msg_t> {
        precondition((0..<count).contains(index), "a part that there is")
        return unsafe messages + index
    }

    @_lifetime(borrow self)
    borrowing func bytes(of index: Int) -> Span<UInt8> {
        let message = unsafe self[index]
        let start = unsafe zmq_msg_data(message)?.assumingMemoryBound(to: UInt8.self)
        let bytes = unsafe UnsafeBufferPointer(start: start, count: zmq_msg_size(message))
        return unsafe _overrideLifetime(bytes.span, borrowing: self)
    }
}
