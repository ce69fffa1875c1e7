/// One message of a chat. Both parts are UTF-8 bytes.
package struct ChatMessage: Sendable, Equatable {
    package let role: [UInt8]
    package let content: [UInt8]

    package init(role: [UInt8], content: [UInt8]) {
        self.role = role
        self.content = content
    }
}
