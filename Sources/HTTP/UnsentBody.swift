/// What a handler has written and the connection has not taken yet.
struct UnsentBody {
    enum End {
        case complete
        /// The handler failed: the connection is cut.
        case cut
    }

    private var bytes: [UInt8] = []
    private var taken = 0
    /// How the body ends, once nothing more will be appended.
    var end: End?

    var count: Int { bytes.count - taken }

    mutating func append(_ more: [UInt8]) { bytes.append(contentsOf: more) }

    /// Moves as much as fits into `buffer`; returns how much.
    mutating func take(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(self.count, buffer.count)
        unsafe bytes.withUnsafeBytes { source in
            unsafe buffer.copyMemory(
                from: UnsafeRawBufferPointer(rebasing: source[taken..<taken + count])
            )
        }
        taken += count
        if taken == bytes.count {
            bytes.removeAll(keepingCapacity: true)
            taken = 0
        }
        return count
    }
}
