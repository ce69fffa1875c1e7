import Discovery
import Domain
import Testing

@Suite struct EndpointsFileTests {
    private func parse(_ text: String) throws(EndpointsFileError) -> [PoolMember] {
        try EndpointsFile(parsing: Array(text.utf8)).members
    }

    @Test func `an endpoint reports at its address unless the file says otherwise`() throws {
        let members = try parse("endpoints:\n - {name: a, address: 'a:1'}")
        let endpoints = EndpointStore().publish(members).endpoints
        #expect(endpoints.map(\.metricsURL) == ["http://a:1/metrics"])
        #expect(endpoints.map(\.engine) == [.vllm])
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

    @Test(arguments: [
        ("", EndpointRole.decode),
        ("labels: {llm-d.ai/role: prefill-decode}", .prefillDecode),
        ("role: encode-prefill", .encodePrefill),
        ("role: both, labels: {llm-d.ai/role: both}", .both),
    ])
    func `a role is what is written, or what the label says, or decode`(
        text: String,
        role: EndpointRole
    ) throws {
        let members = try parse("endpoints:\n - {name: a, address: 'a:1', \(text)}")
        #expect(members.map(\.role) == [role])
    }

    @Test(arguments: EndpointRole.allCases)
    func `every role can be written`(role: EndpointRole) throws {
        let text = "endpoints:\n - {name: a, address: 'a:1', role: \(role.rawValue)}"
        #expect(try parse(text).map(\.role) == [role])
    }

    @Test(arguments: [
        ("", EngineFamily.vllm),
        ("engine: trtllm-serve", .trtllmServe),
        ("labels: {llm-d.ai/engine-type: sglang}", .sglang),
        ("labels: {inference.networking.k8s.io/engine-type: triton}", .triton),
    ])
    func `an engine is what is written, or what a label says, or vLLM`(
        text: String,
        engine: EngineFamily
    ) throws {
        let members = try parse("endpoints:\n - {name: a, address: 'a:1', \(text)}")
        #expect(members.map(\.engine) == [engine])
    }

    @Test(arguments: [
        ("10.0.0.1:9090", "http://10.0.0.1:9090/metrics"),
        ("10.0.0.1:9090/v2/metrics", "http://10.0.0.1:9090/v2/metrics"),
        ("https://engine.svc/metrics?all=1", "https://engine.svc/metrics?all=1"),
        ("http://[fd00::1]:80", "http://[fd00::1]:80/metrics"),
    ])
    func `metrics may be elsewhere`(text: String, url: String) throws {
        let members = try parse("endpoints:\n - {name: a, address: 'a:1', metrics: '\(text)'}")
        #expect(members.map(\.metricsURL) == [url])
    }

    @Test(arguments: [
        "a", "http://", "https:///metrics", "a:1/é", "a:1/a b", "http://user@a/metrics",
        "a:1/" + String(repeating: "a", count: 2048),
    ])
    func `what is no place of metrics is refused`(text: String) {
        #expect(throws: EndpointsFileError.self) {
            try parse("endpoints:\n - {name: a, address: 'a:1', metrics: '\(text)'}")
        }
    }

    @Test func `labels are taken over as they are written`() throws {
        let members = try parse(
            """
            endpoints:
              - name: a
                address: a:1
                labels:
                  zone: eu-1
                  llm-d.ai/context-length-range: 0-4096
                  empty: ""
                  version: 2
            """
        )
        let labels = [
            "zone": "eu-1", "llm-d.ai/context-length-range": "0-4096", "empty": "", "version": "2",
        ]
        #expect(members.map(\.labels) == [labels])
        #expect(EndpointStore().publish(members).endpoints.map(\.labels) == [labels])
    }

    @Test func `an endpoint may have 64 labels of 512 bytes, and no more`() throws {
        func text(count: Int, bytes: Int) -> String {
            let value = String(repeating: "v", count: bytes)
            let labels = (0..<count).map { "key\($0): \(value)" }.joined(separator: ", ")
            return "endpoints:\n - {name: a, address: 'a:1', labels: {\(labels)}}"
        }
        #expect(try parse(text(count: 64, bytes: 512)).map(\.labels.count) == [64])
        #expect(throws: EndpointsFileError.self) { try parse(text(count: 65, bytes: 1)) }
        #expect(throws: EndpointsFileError.self) { try parse(text(count: 1, bytes: 513)) }
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
                + "`name`, `address`, `kvEvents`, `kvReplay`, `dataParallelSize`, `role`, "
                + "`engine`, `metrics`, `labels`"
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
            "`role`: expected prefill, decode, both, prefill-decode, encode, encode-prefill or "
                + "encode-prefill-decode, found `both of them`"
        ),
        (
            "endpoints:\n - {name: a, address: 'a:1', kvEvents: 'tcp://*:5557'}", 2,
            "`kvEvents`: expected tcp://host:port or ipc://path, found `tcp://*:5557`"
        ),
        (
            "endpoints:\n - {name: a, address: 'a:1', kvReplay: 'a:6557'}", 2,
            "`kvReplay`: expected tcp://host:port or ipc://path, found `a:6557`"
        ),
        (
            "endpoints:\n - {name: a, address: 'a'}", 2,
            "`address`: expected host:port, found `a`"
        ),
        (
            "endpoints:\n - {name: a, address: 'a:1', engine: vLLM}", 2,
            "`engine`: expected vllm, sglang, trtllm-serve, triton-tensorrt-llm or triton, "
                + "found `vLLM`"
        ),
        (
            "endpoints:\n - {name: a, address: 'a:1', role: both, labels: {llm-d.ai/role: decode}}",
            2, "`llm-d.ai/role` is `decode`, and `role` is `both`"
        ),
        (
            "endpoints:\n - {name: a, address: 'a:1', metrics: 'ftp://a/metrics'}", 2,
            "`metrics`: expected a URL of http or https, or host:port with or without a path, "
                + "found `ftp://a/metrics`"
        ),
        (
            "endpoints:\n - {name: a, address: 'a:1', labels: [zone]}", 2,
            "`labels`: expected a mapping, found a list"
        ),
        (
            "endpoints:\n - {name: a, address: 'a:1', labels: {zone: [a]}}", 2,
            "`labels`: `zone`: expected a string, found a list"
        ),
        (
            "endpoints:\n - {name: a, address: 'a:1', dataParallelSize: 0}", 2,
            "`dataParallelSize`: expected a whole number from 1 to 256, found `0`"
        ),
        (
            "endpoints:\n - {name: a, address: 'a:1', dataParallelSize: two}", 2,
            "`dataParallelSize`: expected a whole number from 1 to 256, found `two`"
        ),
        (
            "endpoints:\n - {name: a, address: 'a:1', dataParallelSize: 2, kvEvents: 'ipc://a'}",
            2,
            "`kvEvents`: expected tcp://host:port, with a port for each of 2 ranks, found `ipc://a`"
        ),
        (
            "endpoints:\n"
                + " - {name: a, address: 'a:1', dataParallelSize: 2, kvEvents: 'tcp://a:65535'}",
            2,
            "`kvEvents`: expected tcp://host:port, with a port for each of 2 ranks, found `tcp://a:65535`"
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
