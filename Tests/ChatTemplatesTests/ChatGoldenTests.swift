import Testing

@Suite struct ChatGoldenTests {
    @Test(arguments: ["jinja", "deepseek_v32", "harmony", "mistral", "anthropic"])
    func `every prompt and every refusal is vLLM's`(format: String) throws {
        let golden = try ChatGolden()
        let cases = golden.cases(of: format)
        #expect(cases.count > 500)
        var differences: [String] = []
        for (index, each) in cases.enumerated() {
            guard let difference = try golden.difference(each) else { continue }
            differences.append("\(index) \(each.template ?? "")/\(each.options): \(difference)")
        }
        #expect(
            differences.isEmpty,
            "\(differences.count) differ:\n\(differences.prefix(5).joined(separator: "\n"))"
        )
    }
}
