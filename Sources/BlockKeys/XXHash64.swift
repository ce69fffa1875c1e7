internal import CXXHash
import Domain

// The one file of this target with unsafe code: it hands spans to C for the length of a call.

/// XXH64 with seed 0.
enum XXHash64 {
    static func hash(_ bytes: Span<UInt8>) -> UInt64 {
        unsafe bytes.withUnsafeBytes { unsafe cxxhash_bytes($0.baseAddress, $0.count) }
    }

    /// The hash of `parent` followed by `tokens`, all in little-endian order.
    static func block(after parent: UInt64, _ tokens: Span<TokenID>) -> UInt64 {
        unsafe tokens.withUnsafeBytes { bytes in
            unsafe cxxhash_block(parent, bytes.baseAddress, tokens.count)
        }
    }

    /// XXH64 of input that comes in pieces. A value: it allocates nothing.
    struct Stream {
        private var state = cxxhash_stream()

        init() { unsafe cxxhash_begin(&state) }

        mutating func append(_ bytes: Span<UInt8>) {
            unsafe bytes.withUnsafeBytes { unsafe cxxhash_update(&state, $0.baseAddress, $0.count) }
        }

        mutating func append(_ tokens: Span<TokenID>) {
            unsafe tokens.withUnsafeBytes {
                unsafe cxxhash_update(&state, $0.baseAddress, $0.count)
            }
        }

        mutating func append(_ number: UInt64) {
            var number = number.littleEndian
            unsafe cxxhash_update(&state, &number, MemoryLayout<UInt64>.size)
        }

        /// Appends the length as a number, then the bytes, so that ("a", "bc") is not ("ab", "c").
        mutating func appendCounted(_ bytes: Span<UInt8>) {
            append(UInt64(bytes.count))
            append(bytes)
        }

        consuming func finish() -> UInt64 { unsafe cxxhash_end(&state) }
    }
}
