/// A password. Neither printing nor dumping it, nor anything that contains it, shows it.
package struct RedisSecret: Equatable, Sendable {
    package let text: String
    package init(_ text: String) { self.text = text }
}

extension RedisSecret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "***" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
