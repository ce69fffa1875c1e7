import CGRPC

/// A message as the transport delivered it: a list of pieces, read in place by `MessageReader`.
@safe package struct ReceivedMessage: ~Copyable {
    let handle: UnsafeMutablePointer<grpc_byte_buffer>

    /// Takes `handle` over.
    init(owning handle: UnsafeMutablePointer<grpc_byte_buffer>) { unsafe self.handle = handle }

    /// A message made here, in the given pieces. Copies them.
    package init(copying pieces: [[UInt8]]) {
        unsafe handle = cgrpc_message_create(nil, 0, nil, 0, nil, nil)
        for piece in pieces {
            unsafe piece.withUnsafeBufferPointer { piece in
                unsafe cgrpc_message_append_copy(handle, piece.baseAddress, piece.count)
            }
        }
    }

    deinit { unsafe grpc_byte_buffer_destroy(handle) }

    package var count: Int { unsafe grpc_byte_buffer_length(handle) }

    /// Reads the message from its start. Borrows it: the reader cannot outlive it.
    package var reader: MessageReader {
        @_lifetime(borrow self) get { unsafe MessageReader(handle, count: count) }
    }
}
