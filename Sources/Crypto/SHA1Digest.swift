internal import CCrypto

/// The SHA-1 digest of some bytes, by OpenSSL. For names that git gives; proves nothing against
/// somebody who wants to deceive.
package struct SHA1Digest: Hashable, Sendable {
    package let bytes: [UInt8]

    package init(of message: [UInt8]) {
        bytes = unsafe [UInt8](unsafeUninitializedCapacity: 20) { buffer, count in
            unsafe message.withUnsafeBufferPointer { message in
                unsafe _ = SHA1(message.baseAddress, message.count, buffer.baseAddress)
            }
            count = 20
        }
    }

    /// Lower-case hexadecimal.
    package var hex: String { bytes.hex }
}
