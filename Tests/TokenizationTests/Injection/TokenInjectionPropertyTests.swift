import Domain
import Foundation
import Testing

@testable import Tokenization

/// Random bodies, patched and compared by a JSON parser that is not ours.
@Suite struct TokenInjectionPropertyTests {
    @Test func `a patched body differs from its original by the ids alone`() throws {
        var random = SeededRandom(state: 20_260_729)
        var patchedCount = 0
        for _ in 0..<3000 {
            let body = RandomBody(&random).text
            let ids = (0..<Int.random(in: 1...9, using: &random)).map { _ in
                TokenID(rawValue: UInt32.random(in: 0...200_000, using: &random))
            }
            guard let bytes = TokenInjection.patched(body: body.span, tokens: ids.span) else {
                continue
            }
            patchedCount += 1
            var expected = try #require(parsed(body))
            var transfer = expected["kv_transfer_params"] as? [String: Any] ?? [:]
            transfer["prompt_token_ids"] = ids.map { Int($0.rawValue) }
            expected["kv_transfer_params"] = transfer
            let actual = try #require(parsed(bytes))
            #expect(try canonical(actual) == canonical(expected))
        }
        #expect(patchedCount > 1000)
    }

    @Test func `no prefix of a body and no flipped byte traps or is patched into a ruin`() {
        var random = SeededRandom(state: 7)
        let tokens = [TokenID(rawValue: 5)]
        for _ in 0..<60 {
            let body = RandomBody(&random).text
            for count in body.indices {
                let prefix = Array(body[..<count])
                #expect(TokenInjection.patched(body: prefix.span, tokens: tokens.span) == nil)
            }
            for _ in 0..<50 {
                var flipped = body
                flipped[Int.random(in: body.indices, using: &random)] ^=
                    1
                    << UInt8.random(
                        in: 0...6,
                        using: &random
                    )
                if let bytes = TokenInjection.patched(body: flipped.span, tokens: tokens.span) {
                    #expect(parsed(bytes) != nil)
                }
            }
        }
    }

    private func canonical(_ object: [String: Any]) throws -> String {
        let data = try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys])
        return String(decoding: data, as: UTF8.self)
    }

    private func parsed(_ body: [UInt8]) -> [String: Any]? {
        try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]
    }
}

/// A chat body with random fields, spaces, escapes and nesting. No key is repeated, because
/// Foundation's parser does not promise which of two counts.
private struct RandomBody {
    var text: [UInt8] = []

    init(_ random: inout SeededRandom) {
        var fields = [#""messages":[{"role":"user","content":\#(Self.string(&random))}]"#]
        switch Int.random(in: 0..<5, using: &random) {
        case 0: fields.append(#""kv_transfer_params":null"#)
        case 1: fields.append(#""kv_transfer_params":\#(Self.object(&random, depth: 3))"#)
        case 2: fields.append(#""kv\u005Ftransfer_params" : \#(Self.object(&random, depth: 2))"#)
        default: break
        }
        for index in 0..<Int.random(in: 0..<5, using: &random) {
            fields.append("\"k\(index)\":\(Self.value(&random, depth: 3))")
        }
        fields.shuffle(using: &random)
        text = Array(Self.joined(fields, "{", "}", &random).utf8)
    }

    private static func joined(
        _ items: [String],
        _ open: String,
        _ close: String,
        _ random: inout SeededRandom
    ) -> String {
        let spaced = items.map { space(&random) + $0 + space(&random) }
        return open + (items.isEmpty ? space(&random) : spaced.joined(separator: ",")) + close
    }

    private static func space(_ random: inout SeededRandom) -> String {
        ["", "", "", " ", "\n", "\t\r\n "].randomElement(using: &random) ?? ""
    }

    private static func string(_ random: inout SeededRandom) -> String {
        let parts = [
            "a", "}", "{", "]", ",", ":", #"\""#, #"\\"#, #"\u005f"#, "é", "漢", " ", "null",
        ]
        let count = Int.random(in: 0..<9, using: &random)
        let picked = (0..<count).map { _ in parts.randomElement(using: &random) ?? "" }
        return "\"" + picked.joined() + "\""
    }

    private static func object(_ random: inout SeededRandom, depth: Int) -> String {
        let fields = (0..<Int.random(in: 0..<4, using: &random)).map { index in
            "\"f\(index)\"" + space(&random) + ":" + space(&random)
                + value(&random, depth: depth - 1)
        }
        return joined(fields, "{", "}", &random)
    }

    private static func value(_ random: inout SeededRandom, depth: Int) -> String {
        switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &random) {
        case 0: "null"
        case 1: "true"
        case 2: "-12.5e1"
        case 3: "7"
        case 4: string(&random)
        case 5: object(&random, depth: depth)
        default:
            joined(
                (0..<Int.random(in: 0..<4, using: &random)).map { _ in
                    value(&random, depth: depth - 1)
                },
                "[",
                "]",
                &random
            )
        }
    }
}
