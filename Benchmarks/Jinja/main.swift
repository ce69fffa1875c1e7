import Files
import JSON
import Jinja

// Prints microseconds for each rendering of the templates that peer.py renders too.
//
// usage: JinjaBenchmark CASES_JSON

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

func measure(_ name: String, _ template: Template, _ variables: TemplateDict) throws {
    let clock = ContinuousClock()
    let now = TemplateClock(at: .init(year: 2026, month: 1, day: 2))
    var output: [UInt8] = []
    var microseconds: [Double] = []
    for _ in 0..<2000 {
        output.removeAll(keepingCapacity: true)
        let start = clock.now
        try template.render(variables, now: now, to: &output)
        microseconds.append((clock.now - start) / .microseconds(1))
    }
    let value = Double(Int(median(microseconds) * 10)) / 10
    print("bench jinja/render/\(name)/warmpath \(value) us")
}

guard CommandLine.arguments.count == 2 else {
    fatalError("usage: JinjaBenchmark CASES_JSON")
}
let file = try FileContents(of: CommandLine.arguments[1], byteCountMax: 1 << 26)
let cases = try JSONDocument(parsing: file.bytes)
try cases.root.forEachElement { (entry) throws(TemplateError) in
    guard let name = entry["name"]?.string, let source = entry["source"]?.bytes,
        let variables = entry["variables"], case .dict(let dict) = TemplateValue(variables)
    else { fatalError("a case has a name, a source and variables") }
    let template = try Template(source: source)
    do { try measure(name, template, dict) } catch { fatalError("\(name): \(error)") }
}
