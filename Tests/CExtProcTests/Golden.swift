import CExtProcTestSupport
import Glibc

/// What `Tests/Tools/ext_proc_golden.py` wrote: messages made with Envoy's own definitions.
struct Golden {
    struct Example: Sendable {
        let name: String
        let bytes: [UInt8]
    }

    private(set) var messages: [Example] = []
    private(set) var requests: [String: [UInt8]] = [:]
    private(set) var replies: [String: [UInt8]] = [:]

    enum Failure: Error, CustomStringConvertible {
        case notSet, unreadable(path: String), malformed(line: String)

        var description: String {
            switch self {
            case .notSet:
                "WARMPATH_TEST_EXT_PROC_GOLDEN is not set: run the tests with `make test`"
            case .unreadable(let path): "cannot read \(path)"
            case .malformed(let line): "not a line of a golden file: \(line.prefix(100))"
            }
        }
    }

    init() throws {
        guard let path = unsafe getenv("WARMPATH_TEST_EXT_PROC_GOLDEN") else {
            throw Failure.notSet
        }
        let text = try Self.read(unsafe String(cString: path))
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: " ", omittingEmptySubsequences: false)
            guard parts.count == 3, let bytes = Self.bytes(ofHex: parts[2]) else {
                throw Failure.malformed(line: String(line))
            }
            let name = parts[1].split(separator: "_").joined(separator: " ")
            switch parts[0] {
            case "message": messages.append(Example(name: String(parts[1]), bytes: bytes))
            case "request": requests[name] = bytes
            case "reply": replies[name] = bytes
            default: throw Failure.malformed(line: String(line))
            }
        }
    }

    private static func read(_ path: String) throws -> String {
        guard let file = unsafe fopen(path, "r") else { throw Failure.unreadable(path: path) }
        defer { unsafe fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe fread(&buffer, 1, buffer.count, file)
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += buffer[..<count]
        }
    }

    private static func bytes(ofHex hex: Substring) -> [UInt8]? {
        let digits = hex.utf8.map { Character(UnicodeScalar($0)).hexDigitValue }
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = digits[index], let low = digits[index + 1] else { return nil }
            bytes.append(UInt8(high << 4 | low))
        }
        return bytes
    }
}

/// A message that protobuf-c has unpacked with our definitions, and packed again.
struct Repacked: Equatable {
    let bytes: [UInt8]
    let unknownFieldCount: Int

    enum Failure: Error { case unknownMessage(String), malformed, tooLarge }

    init(_ bytes: [UInt8], as message: String) throws {
        var unknownFieldCount = 0
        var result = 0
        self.bytes = unsafe [UInt8](unsafeUninitializedCapacity: bytes.count * 2 + 64) {
            result = unsafe ctest_repack(
                message,
                bytes,
                bytes.count,
                $0.baseAddress,
                $0.count,
                &unknownFieldCount
            )
            $1 = max(0, result)
        }
        self.unknownFieldCount = unknownFieldCount
        switch result {
        case 0...: break
        case CTEST_UNKNOWN_MESSAGE: throw Failure.unknownMessage(message)
        case CTEST_MALFORMED: throw Failure.malformed
        default: throw Failure.tooLarge
        }
    }
}
