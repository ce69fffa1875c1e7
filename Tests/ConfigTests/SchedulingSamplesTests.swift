import Config
import Testing

@Suite struct SchedulingSamplesTests {
    /// By document, the lines of `profiles.txt`.
    private static func expected() throws -> [String: [String]] {
        let text = String(decoding: try SchedulingDocument.bytes("profiles.txt"), as: UTF8.self)
        var expected: [String: [String]] = [:]
        var name = ""
        for line in text.split(separator: "\n") {
            if line.hasPrefix("  ") {
                expected[name, default: []].append(String(line.dropFirst(2)))
            } else {
                name = String(line)
            }
        }
        return expected
    }

    @Test(arguments: try SchedulingDocument.names())
    func `each sample comes to the plug-ins that it names`(name: String) throws {
        let setup = try SchedulingConfigFile.read(document: SchedulingDocument.bytes(name))
        #expect(try Self.expected()[name] == setup.summary)
    }
}
