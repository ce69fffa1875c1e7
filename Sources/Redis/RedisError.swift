/// What hiredis or the server said.
package struct RedisError: Error, Equatable, Sendable {
    package let reason: String
    package init(reason: String) { self.reason = reason }
}
