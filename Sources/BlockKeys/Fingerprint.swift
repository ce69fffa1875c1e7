/// Tells two runs of bytes apart, where no one has an interest in making them look alike.
package enum Fingerprint {
    package static func hash(_ bytes: Span<UInt8>) -> UInt64 { XXHash64.hash(bytes) }
}
