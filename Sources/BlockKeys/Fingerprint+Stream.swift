extension Fingerprint {
    /// The fingerprint of bytes that come in pieces: that of all of them in one. Allocates nothing.
    package struct Stream: Sendable {
        private var stream = XXHash64.Stream()

        package init() {}

        package mutating func append(_ bytes: Span<UInt8>) { stream.append(bytes) }

        /// Of what was appended so far.
        package var hash: UInt64 { stream.finish() }
    }
}
