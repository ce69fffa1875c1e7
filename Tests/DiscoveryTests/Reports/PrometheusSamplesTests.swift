import Randomness
import Testing

@testable import Discovery

@Suite struct PrometheusSamplesTests {
    private struct Found: Equatable {
        let name: String
        let value: Double
        /// Of the label `l`.
        let label: String?

        init(_ name: String, _ value: Double, _ label: String? = nil) {
            (self.name, self.value, self.label) = (name, value, label)
        }
    }

    /// The samples of the metrics `a` and `bc:d_0`.
    private func samples(in bytes: [UInt8]) -> [Found] {
        let names = ["a", "bc:d_0"]
        let span = bytes.span
        var samples = PrometheusSamples(span, of: MetricNames(names))
        var found: [Found] = []
        while let sample = samples.next() {
            let label = samples.label("l", of: sample)
            found.append(
                Found(
                    names[sample.name],
                    sample.value,
                    label.map { String(decoding: $0, as: UTF8.self) }
                )
            )
        }
        return found
    }

    private func samples(in text: String) -> [Found] { samples(in: Array(text.utf8)) }

    @Test func `only the metrics asked for are found, in the order of the text`() {
        let text = """
            # HELP a Help with {braces} and "quotes".
            # TYPE a gauge
            a 1
            aa 2
            a_total 3
            bc:d_0{x="y"} 4
            bc:d_ 5
            bc:d_01 6
            xc:d_0 7

            a{l="second"} 8
            """
        #expect(samples(in: text) == [Found("a", 1), Found("bc:d_0", 4), Found("a", 8, "second")])
    }

    // What `prometheus_client` 0.26 reads in these lines.
    @Test(arguments: [
        ("a 1", 1, nil),
        ("a 1.5e3", 1500, nil),
        ("a -2", -2, nil),
        ("a +Inf", .infinity, nil),
        ("a -Inf", -Double.infinity, nil),
        ("a\t1", 1, nil),
        ("a   {l=\"v\"}   1  ", 1, "v"),
        ("a{} 1", 1, nil),
        ("a{l=\"v\"}1", 1, "v"),
        ("a{l=\"v\",} 1", 1, "v"),
        ("a { l = \"v\" } 1", 1, "v"),
        ("a{k=\"}\",l=\"v\"} 1", 1, "v"),
        ("a{k=\",l=\",l=\"v\"} 1", 1, "v"),
        ("a{k=\"l\",l=\"v\"} 1", 1, "v"),
        ("a{ll=\"w\",l=\"v\"} 1", 1, "v"),
        (#"a{k="\"",l="v"} 1"#, 1, "v"),
        (#"a{k="\\",l="v"} 1"#, 1, "v"),
        (#"a{l="q\"b\\n\nz"} 1"#, 1, "q\"b\\n\nz"),
        ("a{l=\"é, {}\"} 1", 1, "é, {}"),
        ("a{l=\"\"} 1", 1, ""),
        ("a 1 1395066363000", 1, nil),
        ("a 1 -1", 1, nil),
    ])
    func `a sample is read as Prometheus reads it`(line: String, value: Double, label: String?) {
        #expect(samples(in: line) == [Found("a", value, label)])
    }

    @Test func `what is not a number is one`() {
        #expect(samples(in: "a NaN\n").map(\.value.isNaN) == [true])
    }

    @Test func `OpenMetrics is read, too`() {
        let text = """
            # TYPE a counter
            # UNIT a seconds
            a{l="v"} 17.0 1520879607.789 # {trace_id="KOO5S4vxi0o"} 0.67
            a 2 # {} 0.5
            # EOF
            """
        #expect(samples(in: text) == [Found("a", 17, "v"), Found("a", 2)])
    }

    @Test func `lines may end as on Windows, and the last one needs no end`() {
        #expect(
            samples(in: "a 1\r\na{l=\"v\"} 2\r\n\r\na 3") == [
                Found("a", 1), Found("a", 2, "v"), Found("a", 3),
            ]
        )
    }

    @Test(arguments: [
        "a", "a ", "a one", "a 1x", "a{", "a{l", "a{l=", "a{l=\"", "a{l=\"v", "a{l=\"v\"",
        "a{l=\"v\"}", "a{l=\"v\\", "a{l=\"v\\\"} 1", "a}", "{a=\"1\"} 1", "\"a\" 1", " a 1",
        "a " + String(repeating: "1", count: 65), "é 1", "a\u{0}1",
    ])
    func `a line that is none is passed over, and the next one is read`(line: String) {
        #expect(samples(in: line).isEmpty)
        #expect(samples(in: line + "\na 5\n") == [Found("a", 5)])
    }

    @Test func `no bytes make it trap, and no more samples are found than lines`() {
        var random = SplitMix64(seed: 5)
        let alphabet = Array("ab:d_0{}=\",\\n \t#\n1.eNI\u{FF}".utf8)
        for _ in 0..<20_000 {
            let bytes = (0..<random.below(64)).map { _ in alphabet[random.below(alphabet.count)] }
            let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            #expect(samples(in: bytes).count <= lines.count)
        }
    }
}
