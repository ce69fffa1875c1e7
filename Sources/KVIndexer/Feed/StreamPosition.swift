/// Where in a publisher's stream the index is: everything up to this batch is applied.
///
/// Numbers alone do not name a batch, because an engine that restarts begins at 0 again; its
/// payload does, because it holds a time.
package struct StreamPosition: Hashable, Sendable, BitwiseCopyable {
    package let number: UInt64
    /// `Fingerprint` of the payload as it came.
    package let payloadHash: UInt64

    package init(number: UInt64, payloadHash: UInt64) {
        self.number = number
        self.payloadHash = payloadHash
    }
}
