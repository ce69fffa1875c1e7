internal import CXXHash

// Unsafe code: hands spans to C for the length of a call.

/// XXH64 with seed 0.
enum XXHash64 {
    static func hash(_ bytes: Span<UInt8>) -> UInt64 {
        unsafe bytes.withUnsafeBytes { unsafe cxxhash_bytes($0.baseAddress, $0.count) }
    }

    /// XXH64 of input that comes in pieces. A value: it allocates nothing.
    struct Stream {
        private var state = cxxhash_stream()

        init() { unsafe cxxhash_begin(&state) }

        mutating func append(_ bytes: Span<UInt8>) {
            unsafe bytes.withUnsafeBytes { unsafe cxxhash_update(&state, $0.baseAddress, $0.count) }
        }

        /// Of what was appended so far.
        func finish() -> UInt64 {
            var state = state
            return unsafe cxxhash_end(&state)
        }
    }
}
