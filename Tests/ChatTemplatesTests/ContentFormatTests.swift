import ChatTemplates
import Files
import Glibc
import JSON
import Jinja
import Testing

@Suite struct ContentFormatTests {
    private struct MissingVariable: Error, CustomStringConvertible {
        let name: String
        var description: String { "\(name) is not set: run `make test`, which sets it" }
    }

    @Test func `the content format of every real template is the one that vLLM detects`() throws {
        let name = "WARMPATH_TEST_TEMPLATES"
        guard let path = unsafe getenv(name) else { throw MissingVariable(name: name) }
        let file = try FileContents(of: unsafe String(cString: path), byteCountMax: 1 << 28)
        var count = 0
        var differences: [String] = []
        let golden = try JSONDocument(parsing: file.bytes).root
        golden["templates"]?.forEachElement { entry in
            count += 1
            let template = try? Template(source: entry["source"]?.bytes ?? [])
            let format = template.map { ContentFormat.detected(in: $0) }
            let wanted = entry["contentFormat"]?.string
            if format != (wanted == "openai" ? .openAI : .string) {
                differences.append("\(entry["name"]?.string ?? ""): not \(wanted ?? "")")
            }
        }
        #expect(count > 100, "the golden has hardly any templates")
        #expect(differences.isEmpty, "\(differences)")
    }

    @Test(arguments: [
        ("{% for m in messages %}{{ m.content }}{% endfor %}", ContentFormat.string),
        ("{% for m in messages %}{% for c in m.content %}{% endfor %}{% endfor %}", .openAI),
        ("{% for m in messages[1:] %}{% for c in m['content'] %}{% endfor %}{% endfor %}", .openAI),
        (
            "{% set ns = namespace(l=messages) %}{% for m in ns.l %}"
                + "{% for c in m.content|list %}{% endfor %}{% endfor %}", .openAI
        ),
        (
            "{% macro f(x) %}{% for c in x %}{% endfor %}{% endmacro %}"
                + "{% for m in messages %}{{ f(m.content) }}{% endfor %}", .openAI
        ),
        ("{% macro f(content) %}{% for c in content %}{% endfor %}{% endmacro %}", .string),
        ("{% for c in content %}{% endfor %}", .openAI),
    ])
    func `a template that loops over a message's content wants parts`(
        source: String,
        format: ContentFormat
    ) throws {
        #expect(ContentFormat.detected(in: try Template(source: Array(source.utf8))) == format)
    }
}
