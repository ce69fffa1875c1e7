import JSON
import Testing

@Suite struct JSONDocumentTests {
    private func parse(_ text: String) throws(JSONError) -> JSONValue {
        try JSONDocument(parsing: Array(text.utf8)).root
    }

    @Test func `values of every kind are read`() throws {
        let root = try parse(
            #"{"a": "x\u00e9\n", "b": [1, -2, 2.5, 18446744073709551615], "c": null, "d": true}"#
        )
        #expect(root.kind == .object)
        #expect(root["a"]?.bytes == Array("xé\n".utf8))
        var numbers: [Double?] = []
        root["b"]?.forEachElement { numbers.append($0.double) }
        #expect(numbers == [1, -2, 2.5, 0x1p64])
        #expect(root["c"]?.kind == .null)
        #expect(root["d"]?.bool == true)
        #expect(root["e"] == nil)
    }

    @Test func `an integer is not a fraction and must fit`() throws {
        let root = try parse(#"[7, 7.5, 18446744073709551615]"#)
        var integers: [Int?] = []
        root.forEachElement { integers.append($0.int) }
        #expect(integers == [7, nil, nil])
    }

    @Test func `of a repeated key the last value counts`() throws {
        #expect(try parse(#"{"k": 1, "k": 2}"#)["k"]?.int == 2)
    }

    @Test func `fields come in the order of the text`() throws {
        var keys: [String] = []
        try parse(#"{"z": {"y": []}, "a": [{}], "m": 0}"#).forEachField { key, _ in
            keys.append(String(decoding: (0..<key.count).map { key[$0] }, as: UTF8.self))
        }
        #expect(keys == ["z", "a", "m"])
    }

    @Test(arguments: ["", "{", "[1,]", "nul", "{} {}", "\"\u{1}\"", "{\"a\":1e999}"])
    func `what is not one document is refused`(text: String) {
        #expect(throws: JSONError.self) { try parse(text) }
    }

    @Test func `invalid UTF-8 is refused`() {
        #expect(throws: JSONError.self) {
            try JSONDocument(parsing: [0x22, 0xFF, 0x22])
        }
    }

    @Test func `nesting beyond the bound is refused, up to it is read`() throws {
        let depth = JSONDocument.depthMax
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(try parse(nested(depth - 1)).kind == .array)
        #expect(throws: JSONError.self) { try parse(nested(depth + 1)) }
    }

    @Test func `a document parsed in place reads the same as one that is copied`() throws {
        let text = Array(#"{"model": "m", "prompt": "hello"}"#.utf8)
        var roomy = text
        roomy.reserveCapacity(text.count + JSONDocument.spareCapacity)
        #expect(try JSONDocument(parsing: roomy).root["prompt"]?.string == "hello")
        #expect(try JSONDocument(parsing: text.span).root["prompt"]?.string == "hello")
    }
}
