import Foundation
import JSON
import KVEvents
import Testing

/// Compares the decoder with msgspec, which engines pack their events with, on random batches of
/// every version and on the recorded traces (Tests/Tools/event_golden.py).
@Suite struct EventBatchDecoderGoldenTests {
    private struct MissingVariable: Error, CustomStringConvertible {
        let name: String
        var description: String { "\(name) is not set: run `make test`, which sets it" }
    }

    @Test func `what msgspec packs in any version's layout is read as it was`() throws {
        let name = "WARMPATH_TEST_EVENTS"
        guard let path = ProcessInfo.processInfo.environment[name] else {
            throw MissingVariable(name: name)
        }
        // One decoder for all: nothing of a batch may show in the next.
        var decoder = EventBatchDecoder()
        var layouts: Set<String> = []
        var differences: [String] = []
        for line in try Fixtures.lines(URL(filePath: path)) {
            let layout = line["layout"]?.string ?? ""
            layouts.insert(layout)
            var expected: [String] = []
            line["expected"]?.forEachElement { expected.append($0.string ?? "") }
            let payload = Fixtures.bytes(line["payload"]?.string ?? "")
            let found = EventText.lines(of: try decode(payload, with: &decoder))
            if found == expected { continue }
            differences.append("\(layout): found \(found), expected \(expected)")
        }
        #expect(layouts.count == 21)
        #expect(differences.isEmpty, "\(differences.count): \(differences.first ?? "")")
    }
}
