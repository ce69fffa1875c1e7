import CGRPC

extension grpc_slice {
    /// The slice's bytes as text. A short slice holds its bytes itself, so they are read while
    /// its address is known.
    @unsafe var text: String {
        unsafe withUnsafePointer(to: self) { slice in
            unsafe String(
                decoding: UnsafeBufferPointer(
                    start: cgrpc_slice_bytes(slice),
                    count: cgrpc_slice_count(slice)
                ),
                as: UTF8.self
            )
        }
    }
}
