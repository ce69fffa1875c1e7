import JSON
import Testing

struct JSONWriterTests {
    @Test func `every kind of value is written with its commas`() {
        var json = JSONWriter()
        json.object { json in
            json.field("a", 1)
            json.field("b", "x")
            json.arrayField("c") { json in
                json.bool(true)
                json.null()
                json.double(1.5)
                json.array { _ in }
            }
            json.objectField("d") { $0.nullField("e") }
            json.field("f", Double.infinity)
        }
        #expect(
            String(decoding: json.bytes, as: UTF8.self)
                == #"{"a":1,"b":"x","c":[true,null,1.5,[]],"d":{"e":null},"f":null}"#
        )
    }

    @Test func `what is written reads back, whatever characters it has`() throws {
        let text = "a\"b\\c\nd\u{1}e\u{1F600}"
        var json = JSONWriter()
        json.string(text)
        #expect(try JSONDocument(parsing: json.bytes).root.string == text)
    }
}
