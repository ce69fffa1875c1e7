import Testing
import YAML

@Suite struct YAMLNodeTests {
    private func parse(_ text: String) throws(YAMLError) -> YAMLNode {
        try YAMLNode(parsing: Array(text.utf8))
    }

    @Test func `values of every kind are read`() throws {
        let root = try parse(
            """
            name: engine-0   # a comment
            count: 8
            share: 2.5e-1
            on: yes-is-no-bool
            ready: True
            list: [1, "2"]
            nothing:
            """
        )
        #expect(try root.required("name").string == "engine-0")
        #expect(try root["count"]?.int == 8)
        #expect(try root["count"]?.double == 8)
        #expect(try root["share"]?.double == 0.25)
        #expect(try root["ready"]?.bool == true)
        #expect(try root["list"]?.items.count == 2)
        #expect(root["nothing"] == nil)
        #expect(root["absent"] == nil)
    }

    @Test func `JSON is YAML`() throws {
        let root = try parse(
            #"{"endpoints": [{"name": "a\u00e9", "port": 80, "up": false}], "x": null}"#
        )
        let item = try #require(try root["endpoints"]?.items.first)
        #expect(try item["name"]?.string == "aé")
        #expect(try item["port"]?.int == 80)
        #expect(try item["up"]?.bool == false)
        #expect(root["x"] == nil)
    }

    @Test(arguments: ["", "\n\n", "# only a comment", "---\n"])
    func `a text that holds nothing is a null`(text: String) throws {
        #expect(try parse(text).isNull)
    }

    @Test func `every node knows its line`() throws {
        let root = try parse("a: 1\nb:\n  - x\n  - y: 2\n")
        let fields = try root.fields
        #expect(fields.map(\.line) == [1, 2])
        #expect(try fields[1].value.items.map(\.line) == [3, 4])
    }

    @Test(arguments: [
        ("a: 1\n b: 2", 2, "mapping values are not allowed in this context"),
        ("a: [1, 2", 2, "did not find expected ',' or ']'"),
        ("a: 1\nb: 2\na: 3", 3, "the key `a` occurs twice"),
        ("a: &x 1\nb: 1", 1, "anchors and aliases are not supported"),
        ("a: 1\nb: *x", 2, "anchors and aliases are not supported"),
        ("a: &x [1]", 1, "anchors and aliases are not supported"),
        ("a: !!str 1", 1, "tags are not supported"),
        ("[1]: 2", 1, "a key must be a string"),
        ("a: 1\n---\nb: 2", 2, "expected one document, found another"),
    ])
    func `what is refused is refused with its line`(text: String, line: Int, reason: String) {
        #expect(throws: YAMLError(line: line, reason: reason)) { try parse(text) }
    }

    @Test func `a text, its nesting and its values are bounded`() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(throws: Never.self) { try parse(nested(YAMLNode.depthMax)) }
        #expect(throws: YAMLError.self) { try parse(nested(YAMLNode.depthMax + 1)) }
        #expect(throws: YAMLError.self) {
            try parse("[" + String(repeating: "1,", count: YAMLNode.nodeCountMax) + "]")
        }
        #expect(throws: YAMLError.self) {
            try YAMLNode(parsing: [UInt8](repeating: 0x20, count: YAMLNode.byteCountMax + 1))
        }
    }

    @Test func `bytes that are no UTF-8 are refused with their line`() {
        #expect(throws: YAMLError(line: 3, reason: "invalid leading UTF-8 octet")) {
            try YAMLNode(parsing: Array("a: 1\nb: 2\nc: ".utf8) + [0xFF])
        }
    }

    @Test func `an error says what was expected and what was found`() throws {
        let root = try parse("a:\n  - x\nb: \"7\"\nc: nan\nd: yes\n")
        #expect(throws: YAMLError(line: 2, reason: "expected a string, found a list")) {
            try root["a"]?.string
        }
        #expect(throws: YAMLError(line: 3, reason: "expected a whole number, found `7`")) {
            try root["b"]?.int
        }
        #expect(throws: YAMLError(line: 4, reason: "expected a number, found `nan`")) {
            try root["c"]?.double
        }
        #expect(throws: YAMLError(line: 5, reason: "expected true or false, found `yes`")) {
            try root["d"]?.bool
        }
        #expect(throws: YAMLError(line: 1, reason: "the key `e` is missing")) {
            try root.required("e")
        }
    }

    @Test func `a key that is not known is named, along with those that are`() throws {
        let root = try parse("name: a\nadress: b\n")
        let reason = "unknown key `adress`; known keys are `name`, `address`"
        #expect(throws: YAMLError(line: 2, reason: reason)) {
            try root.requireKeys(among: ["name", "address"])
        }
    }
}
