import Domain
import Testing

@testable import ExtProc

extension HeaderChanges {
    struct Change: Equatable {
        let kind: Character
        let name: String
        let value: String?

        static func set(_ name: String, _ value: String) -> Change {
            Change(kind: "=", name: name, value: value)
        }

        static func append(_ name: String, _ value: String) -> Change {
            Change(kind: "+", name: name, value: value)
        }

        static func remove(_ name: String) -> Change {
            Change(kind: "-", name: name, value: nil)
        }
    }

    /// As C reads them.
    var list: [Change] {
        var list: [Change] = []
        var texts = bytes.split(separator: 0, omittingEmptySubsequences: false)[...]
        while let head = texts.popFirst(), let first = head.first {
            let kind = Character(UnicodeScalar(first))
            let value = kind == "-" ? nil : texts.popFirst()
            list.append(
                Change(
                    kind: kind,
                    name: String(decoding: head.dropFirst(), as: UTF8.self),
                    value: value.map { String(decoding: $0, as: UTF8.self) }
                )
            )
        }
        return list
    }
}

@Suite struct HeaderChangesTests {
    @Test func `changes are written in their order`() {
        var changes = HeaderChanges()
        changes.set("a", to: "1")
        changes.remove("b")
        changes.append("2", to: "c")
        changes.set("d", to: "")
        #expect(changes.list == [.set("a", "1"), .remove("b"), .append("c", "2"), .set("d", "")])
    }

    @Test(arguments: ["\r", "\n", "a\r\nb: c", "a\0b", "\u{7F}", "\u{1F}"])
    func `a value that could end a header is not sent, nor is the client's`(_ value: String) {
        var changes = HeaderChanges()
        changes.set("a", to: value)
        changes.append(value, to: "b")
        #expect(changes.list == [.remove("a")])
    }

    @Test(arguments: ["", "a b", "a:", "a\0", "a\r\n", "ä"])
    func `what is no header's name changes nothing`(_ name: String) {
        var changes = HeaderChanges()
        changes.set(name, to: "1")
        changes.append("1", to: name)
        changes.remove(name)
        #expect(changes.list.isEmpty)
    }

    @Test(arguments: ["a\tb", "grün", "a=b; Path=/", "~"])
    func `other values are sent as they are`(_ value: String) {
        var changes = HeaderChanges()
        changes.set("x-a.b_1", to: value)
        #expect(changes.list == [.set("x-a.b_1", value)])
    }

    @Test func `a cookie stands beside the endpoint's own, other headers in their place`() {
        let changes = HeaderChanges(ofResponse: [
            HeaderField("x-session-token", "t"), HeaderField("set-cookie", "a=1"),
        ])
        #expect(changes.list == [.set("x-session-token", "t"), .append("set-cookie", "a=1")])
    }
}
