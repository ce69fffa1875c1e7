import ExtProcTestSupport
import Testing

@testable import ExtProc

@Suite struct SubsetHintTests {
    private static let number = ProtobufWriter { $0.raw([2 << 3 | 1, 0, 0, 0, 0, 0, 0, 0, 0]) }
    private static let list = EnvoyMessage.value([
        EnvoyMessage.value("a:1"), EnvoyMessage.value("b:2"),
    ])

    private func subsetHint(of metadata: ProtobufWriter?) throws -> [String]? {
        let message = EnvoyMessage.headers(.requestHeaders, metadata: metadata)
        return try Decoded([message]).received.subsetHint
    }

    @Test(
        arguments: [
            (list, ["a:1", "b:2"]),
            (EnvoyMessage.value([EnvoyMessage.value("a:1"), number]), ["a:1"]),
            (EnvoyMessage.value([]), []),
            (EnvoyMessage.value("a:1"), ["a:1"]),
            (EnvoyMessage.value("a:1,b:2"), ["a:1", "b:2"]),
            (EnvoyMessage.value(" a:1 , b:2 ,, "), ["a:1", "b:2"]),
            (EnvoyMessage.value(""), []),
            (number, []),
            (ProtobufWriter(), []),
        ] as [(ProtobufWriter, [String])]
    )
    func `a subset hint is a list, or a text with commas`(
        value: ProtobufWriter,
        expected: [String]
    ) throws {
        #expect(try subsetHint(of: EnvoyMessage.subsetHint(value)) == expected)
    }

    @Test(
        arguments: [
            nil, ProtobufWriter(), EnvoyMessage.entry("envoy.lb", list),
            EnvoyMessage.entry("envoy.lb.subset_hint", ProtobufWriter()),
            EnvoyMessage.entry("envoy.lb.subset_hint", EnvoyMessage.entry("other", list)),
            EnvoyMessage.entry("envoy.lb.subset-hint", EnvoyMessage.subsetHint(list)),
        ] as [ProtobufWriter?]
    )
    func `without the hint the whole pool is allowed`(_ metadata: ProtobufWriter?) throws {
        #expect(try subsetHint(of: metadata) == nil)
    }

    @Test func `an entry's value may stand before its key`() throws {
        let swapped = { (key: String, value: ProtobufWriter) in
            ProtobufWriter { map in
                map.message(1) { entry in
                    entry.message(2, value)
                    entry.text(1, key)
                }
            }
        }
        let hint = swapped(
            "envoy.lb.subset_hint",
            swapped("x-gateway-destination-endpoint-subset", Self.list)
        )
        #expect(try subsetHint(of: hint) == ["a:1", "b:2"])
    }

    @Test func `a hint's values are not followed however deep they nest`() throws {
        // Each level doubles the length's varints now and then; 100,000 levels are some 700 kB.
        var bytes: [UInt8] = []
        var nested: [[UInt8]] = []
        var count = 0
        for _ in 0..<100_000 {
            var head = ProtobufWriter()
            head.raw([6 << 3 | 2])  // list_value
            var list = ProtobufWriter()
            list.raw([1 << 3 | 2])  // values
            list.appendVarint(UInt64(count))
            head.appendVarint(UInt64(list.bytes.count + count))
            nested.append(head.bytes + list.bytes)
            count += head.bytes.count + list.bytes.count
        }
        for level in nested.reversed() { bytes += level }
        let value = ProtobufWriter { $0.raw(bytes) }
        #expect(try subsetHint(of: EnvoyMessage.subsetHint(value)) == [])
        #expect(try subsetHint(of: EnvoyMessage.entry("other", value)) == nil)
    }
}
