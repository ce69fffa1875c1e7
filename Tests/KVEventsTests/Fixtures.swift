import Foundation
import JSON

/// Recorded payloads, and bytes in hexadecimal digits.
enum Fixtures {
    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/kv-events")

    /// The lines of a recorded trace, one message each.
    static func trace(_ name: String) throws -> [JSONValue] {
        try lines(folder.appending(path: name + ".jsonl"))
    }

    /// The payloads of all traces.
    static func payloads() throws -> [[UInt8]] {
        try ["native-0.33", "v0.22", "v0.10.2"].flatMap(trace).map { line in
            bytes(line["payload_hex"]?.string ?? "")
        }
    }

    /// A file of one JSON value a line.
    static func lines(_ file: URL) throws -> [JSONValue] {
        let data = try Data(contentsOf: file)
        return try data.split(separator: UInt8(ascii: "\n")).map { line in
            try JSONDocument(parsing: [UInt8](line)).root
        }
    }

    /// Hexadecimal digits, spaces ignored.
    static func bytes(_ hex: String) -> [UInt8] {
        var bytes: [UInt8] = []
        var high: UInt8?
        for digit in hex.utf8 {
            let value: UInt8
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = digit - UInt8(ascii: "a") + 10
            default: continue
            }
            if let first = high {
                bytes.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        precondition(high == nil, "half a byte")
        return bytes
    }
}
