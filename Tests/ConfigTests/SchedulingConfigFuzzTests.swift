import Config
import Randomness
import Scheduling
import Testing

@Suite struct SchedulingConfigFuzzTests {
    private static let pieces = [
        "{", "}", "[", "]", ":", ",", "\"", "'", "-", "-1", "0", "1e999", "99999999999999999999",
        "null", "true", "9999999h", "10Mi", "\\u0000", "\u{FFFD}", "\n  ", "# ", "plugins:",
        "pluginRef: decision-tree-filter", "9223372036854775807", "-0.0", "decode", "1e-320",
    ].map { Array($0.utf8) }

    private static func mutated(_ document: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
        var bytes = document
        for _ in 0...Int.random(in: 0..<4, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            let piece = pieces.randomElement(using: &random) ?? []
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.insert(contentsOf: piece, at: place)
            case 2: bytes.removeSubrange(place..<min(bytes.count, place + 8))
            default: bytes.replaceSubrange(place..<min(bytes.count, place + 16), with: piece)
            }
        }
        return bytes
    }

    @Test func `a damaged document is refused or read`() throws {
        let documents = try SchedulingDocument.names().map(SchedulingDocument.bytes)
        var random = SplitMix64(seed: 5)
        var refused = 0
        for round in 0..<3000 {
            let document = Self.mutated(documents[round % documents.count], &random)
            do throws(ConfigError) {
                let setup = try SchedulingConfigFile.read(document: document)
                #expect(!setup.scheduler.profiles.isEmpty)
            } catch {
                refused += 1
                #expect(!error.problems.isEmpty)
            }
        }
        #expect((300..<3000).contains(refused))
    }

    @Test func `values of any kind in any place are refused or read`() throws {
        let values = [
            "-1", "0", "1", "65536", "1e308", "-9223372036854775808", "\"\"", "\"x\"", "[]", "{}",
            "[{}]", "[[]]", "{a: {}}", "null", "true", "{pluginRef: a}", "[{pluginRef: a}]",
            "[{name: a}]",
        ]
        let documents = try SchedulingDocument.names().map { name in
            String(decoding: try SchedulingDocument.bytes(name), as: UTF8.self)
        }
        var random = SplitMix64(seed: 6)
        var refused = 0
        for document in documents {
            for line in document.split(separator: "\n")
            where line.hasSuffix(":") || line.contains(": ") {
                let key = line.prefix { $0 != ":" }
                let value = values.randomElement(using: &random) ?? ""
                let changed = document.replacing(line, with: "\(key): \(value)", maxReplacements: 1)
                if !SchedulingDocument.problems(changed).isEmpty { refused += 1 }
            }
        }
        #expect(refused > 100)
    }

    @Test func `any environment is read`() throws {
        var random = SplitMix64(seed: 7)
        let names = [
            "ENABLE_LOAD_AWARE_SCORER", "LOAD_AWARE_SCORER_WEIGHT", "PD_ENABLED",
            "PD_PROMPT_LEN_THRESHOLD", "PREFILL_ENABLE_GIE_PREFIX_SCORER",
            "PREFIX_CACHE_HASH_BLOCK_SIZE", "ENABLE_GIE_PREFIX_SCORER", "SD_QUEUE_DEPTH_THRESHOLD",
            "SD_METRICS_STALENESS_THRESHOLD", "KV_CACHE_THRESHOLD", "ENABLE_GIE_LOW_QUEUE_FILTER",
            "QUEUING_THRESHOLD_LORA", "EXPERIMENTAL_USE_SCHEDULER_V2", "SD_KV_CACHE_UTIL_THRESHOLD",
        ]
        let values = [
            "true", "false", "1", "0", "-1", "", "1e308", "0.0000001", "99999999999999999999",
            "nan", "\u{0}", "1s", "x",
        ]
        for _ in 0..<500 {
            var environment: [String: String] = [:]
            for name in names where Bool.random(using: &random) {
                environment[name] = values.randomElement(using: &random)
            }
            let setup = try SchedulingDocument.read(environment: environment)
            #expect(!setup.scheduler.profiles.isEmpty)
        }
    }
}
