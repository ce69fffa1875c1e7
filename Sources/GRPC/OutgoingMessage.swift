package import Bytes
import CGRPC

/// A message to send: some bytes of its own, then, optionally, a range of shared bytes, which are
/// not copied.
@safe package struct OutgoingMessage: ~Copyable {
    let handle: UnsafeMutablePointer<grpc_byte_buffer>

    /// Copies `bytes`.
    package init(_ bytes: Span<UInt8>) {
        unsafe handle = bytes.withUnsafeBufferPointer { bytes in
            unsafe cgrpc_message_create(bytes.baseAddress, bytes.count, nil, 0, nil, nil)
        }
    }

    /// Copies `prefix`. C-core holds on to `body` until it has written the last of `range`.
    package init(_ prefix: Span<UInt8>, then body: SharedBytes, in range: Range<Int>) {
        precondition(0 <= range.lowerBound && range.upperBound <= body.count)
        let owner = unsafe Unmanaged.passRetained(body).toOpaque()
        unsafe handle = prefix.withUnsafeBufferPointer { prefix in
            unsafe cgrpc_message_create(
                prefix.baseAddress,
                prefix.count,
                body.base + range.lowerBound,
                range.count,
                owner
            ) { owner in
                guard let owner = unsafe owner else { return }
                unsafe Unmanaged<SharedBytes>.fromOpaque(owner).release()
            }
        }
    }

    deinit { unsafe grpc_byte_buffer_destroy(handle) }

    package var count: Int { unsafe grpc_byte_buffer_length(handle) }

    /// Reads the message as its receiver will. Borrows it: the reader cannot outlive it.
    package var reader: MessageReader {
        @_lifetime(borrow self) get { unsafe MessageReader(handle, count: count) }
    }
}
