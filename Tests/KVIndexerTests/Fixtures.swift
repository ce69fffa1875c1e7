import Foundation
import JSON
import KVIndexer
import Telemetry

/// One recorded ZeroMQ message.
struct RecordedMessage {
    let topic: [UInt8]
    let number: UInt64
    let payload: [UInt8]
}

enum Fixtures {
    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/kv-events")

    static func json(_ name: String) throws -> JSONValue {
        let data = try Data(contentsOf: folder.appending(path: name))
        return try JSONDocument(parsing: [UInt8](data)).root
    }

    /// A file of one JSON value a line.
    static func lines(_ name: String) throws -> [JSONValue] {
        let data = try Data(contentsOf: folder.appending(path: name + ".jsonl"))
        return try data.split(separator: UInt8(ascii: "\n")).map { line in
            try JSONDocument(parsing: [UInt8](line)).root
        }
    }

    static func trace(_ name: String) throws -> [RecordedMessage] {
        try lines(name).map { line in
            let number = bytes(line["seq_hex"]?.string ?? "").reduce(0) { $0 << 8 | UInt64($1) }
            return RecordedMessage(
                topic: line["topic"]?.bytes ?? [],
                number: number,
                payload: bytes(line["payload_hex"]?.string ?? "")
            )
        }
    }

    /// Hexadecimal digits, spaces ignored.
    static func bytes(_ hex: String) -> [UInt8] {
        let digits = hex.compactMap(\.hexDigitValue)
        precondition(digits.count.isMultiple(of: 2), "half a byte")
        return stride(from: 0, to: digits.count, by: 2).map {
            UInt8(digits[$0] << 4 | digits[$0 + 1])
        }
    }
}

extension KVIndexerMetrics {
    /// Metrics that nobody scrapes.
    static func unread() -> KVIndexerMetrics { KVIndexerMetrics(registry: MetricsRegistry()) }
}
