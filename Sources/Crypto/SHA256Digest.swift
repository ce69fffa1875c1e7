internal import CCrypto

/// The SHA-256 digest of some bytes, by OpenSSL.
package struct SHA256Digest: Hashable, Sendable {
    package let bytes: [UInt8]

    package init(of message: [UInt8]) {
        bytes = unsafe [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
            unsafe message.withUnsafeBufferPointer { message in
                unsafe _ = SHA256(message.baseAddress, message.count, buffer.baseAddress)
            }
            count = 32
        }
    }

    /// Lower-case hexadecimal.
    package var hex: String { bytes.hex }
}
