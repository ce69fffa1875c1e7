import Jinja

extension MistralMessage {
    /// Begins conversations that begin otherwise than with a user.
    static var emptyUser: MistralMessage { MistralMessage(role: .user) }

    /// Puts the results of tools in the order in which they were called.
    static func sortResults(in messages: inout [MistralMessage]) {
        var positions: [[UInt8]: Int] = [:]
        var first = 0
        while first < messages.count {
            guard messages[first].role == .tool else {
                for call in messages[first].calls { positions[call.id] = positions.count }
                first += 1
                continue
            }
            var end = first
            while end < messages.count, messages[end].role == .tool { end += 1 }
            let order = (first..<end).sorted { left, right in
                let leftPosition = positions[messages[left].callID] ?? .max
                let rightPosition = positions[messages[right].callID] ?? .max
                return (leftPosition, left) < (rightPosition, right)
            }
            messages.replaceSubrange(first..<end, with: order.map { messages[$0] })
            positions.removeAll()
            first = end
        }
    }
}

extension MistralMessage.Call {
    /// The call as the formats before v11 write it.
    var asJSON: TemplateValue {
        var call = TemplateDict()
        call[Key.name] = .string(name)
        call[Key.arguments] = arguments
        if !id.isEmpty, id != Array("null".utf8) { call[Key.id] = .string(id) }
        return .dict(call)
    }
}
