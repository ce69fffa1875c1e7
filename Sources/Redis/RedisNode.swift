/// One value of a reply. A reply is a list of nodes, each array before its elements.
package enum RedisNode: Equatable, Sendable {
    /// Text of so many bytes, which `RedisConnection.text(of:)` has.
    case text(byteCount: Int)
    case array(count: Int)
    case integer(Int64)
    case none
    /// The server's error.
    case error(String)
}
