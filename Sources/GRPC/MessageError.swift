/// Why a received message cannot be read.
package enum MessageError: Error, Equatable, Sendable {
    /// The message ends before what its length fields promise.
    case truncated
    /// Not the encoding that was expected.
    case malformed
}
