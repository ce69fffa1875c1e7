import Discovery
import Domain
import Testing

@Suite struct EndpointsFileTests {
    private func parse(_ text: String) throws(EndpointsFileError) -> [PoolMember] {
        try EndpointsFile(parsing: Array(text.utf8)).members
    }

    @Test func `endpoints come in the order of the file, with all that it says of them`() throws {
        let members = try parse(
            """
            endpoints:
              - name: engine-0
                address: 127.0.0.1:8000
                kvEvents: tcp://127.0.0.1:5557
              - name: engine-1
                address: "[fd00::1]:8000"
                role: prefill
              - { name: engine-2, address: "engine-2.pool.svc:80", kvEvents: "ipc:///run/2" }
              - name: engine-3
                address: 10.0.0.3:8000
                kvEvents: tcp://10.0.0.3:5557
                kvReplay: tcp://10.0.0.3:6557
                dataParallelSize: 8
            """
        )
        let expected = [
            PoolMember(
                name: "engine-0",
                address: "127.0.0.1:8000",
                kvEventsAddress: "tcp://127.0.0.1:5557"
            ),
            PoolMember(name: "engine-1", address: "[fd00::1]:8000", role: .prefill),
            PoolMember(
                name: "engine-2",
                address: "engine-2.pool.svc:80",
                kvEventsAddress: "ipc:///run/2"
            ),
            PoolMember(
                name: "engine-3",
                address: "10.0.0.3:8000",
                kvEventsAddress: "tcp://10.0.0.3:5557",
                kvReplayAddress: "tcp://10.0.0.3:6557",
                dataParallelSize: 8
            ),
        ]
        #expect(members == expected)
    }

    @Test func `JSON will do`() throws {
        let members = try parse(#"{"endpoints": [{"name": "a", "address": "b:1"}]}"#)
        #expect(members == [PoolMember(name: "a", address: "b:1")])
    }

    @Test(arguments: ["endpoints:", "endpoints: []", #"{"endpoints": []}"#])
    func `a pool may be empty`(text: String) throws {
        #expect(try parse(text).isEmpty)
    }

    @Test(arguments: [
        ("", 1, "expected a mapping, found nothing"),
        ("{}", 1, "the key `endpoints` is missing"),
        ("endpoint: []", 1, "unknown key `endpoint`; known keys are `endpoints`"),
        ("endpoints: 3", 1, "expected a list, found `3`"),
        ("endpoints:\n - a", 2, "expected a mapping, found `a`"),
        ("endpoints:\n - name: a", 2, "the key `address` is missing"),
        ("endpoints:\n - address: a:1", 2, "the key `name` is missing"),
        (
            "endpoints:\n - name: a\n   port: 1", 3,
            "unknown key `port`; known keys are "
                + "`name`, `address`, `kvEvents`, `kvReplay`, `dataParallelSize`, `role`"
        ),
        (
            "endpoints:\n - {name: a, address: 'a:1'}\n - {name: b, address: 'a:1'}", 3,
            "the address a:1 is that of line 2 already"
        ),
        (
            "endpoints:\n - {name: a, address: 'a:1'}\n - {name: a, address: 'b:1'}", 3,
            "the name a is that of line 2 already"
        ),
        (
            "endpoints:\n - {name: a, address: 'a:1', role: both of them}", 2,
            "expected prefill, decode or both, found `both of them`"
        ),
        (
            "endpoints:\n - {name: a, address: 'a:1', kvEvents: 'tcp://*:5557'}", 2,
            "expected tcp://host:port or ipc://path, found `tcp://*:5557`"
        ),
        (
            "endpoints:\n - {name: a, address: 'a:1', kvReplay: 'a:6557'}", 2,
            "expected tcp://host:port or ipc://path, found `a:6557`"
        ),
        (
            "endpoints:\n - {name: a, address: 'a:1', dataParallelSize: 0}", 2,
            "expected a whole number from 1 to 256, found `0`"
        ),
        (
            "endpoints:\n - {name: a, address: 'a:1', dataParallelSize: two}", 2,
            "expected a whole number from 1 to 256, found `two`"
        ),
        (
            "endpoints:\n - {name: a, address: 'a:1', dataParallelSize: 2, kvEvents: 'ipc://a'}",
            2, "expected tcp://host:port, with a port for each of 2 ranks, found `ipc://a`"
        ),
        (
            "endpoints:\n"
                + " - {name: a, address: 'a:1', dataParallelSize: 2, kvEvents: 'tcp://a:65535'}",
            2, "expected tcp://host:port, with a port for each of 2 ranks, found `tcp://a:65535`"
        ),
    ])
    func `what an endpoints file must not say is refused with its line`(
        text: String,
        line: Int,
        reason: String
    ) {
        #expect(throws: EndpointsFileError.invalid(line: line, reason: reason)) { try parse(text) }
    }

    @Test(arguments: [
        "a", ":1", "a:", "a:0", "a:65536", "a:+1", "a:1 ", "http://a:1", "fd00::1:80", "[]:1",
        "[x::]:1", "a,b:1", "a\\nb:1", "é:1",
    ])
    func `an address is a host and a port, and nothing else`(address: String) {
        #expect(throws: EndpointsFileError.self) {
            try parse("endpoints:\n - name: a\n   address: \"\(address)\"")
        }
    }
}
