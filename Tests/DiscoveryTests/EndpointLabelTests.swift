import Domain
import Testing

@testable import Discovery

@Suite struct EndpointLabelTests {
    private func file(_ entry: String) throws(EndpointsFileError) -> EndpointsFile {
        try EndpointsFile(parsing: Array("endpoints:\n - {name: a, address: 'a:1', \(entry)}".utf8))
    }

    @Test(arguments: [
        ("labels: {llm-d.ai/role: coder}", EndpointRole.decode, EngineFamily.vllm),
        ("labels: {llm-d.ai/engine-type: vLLM}", .decode, .vllm),
        ("role: both, labels: {llm-d.ai/role: coder}", .both, .vllm),
        ("engine: sglang, labels: {llm-d.ai/engine-type: other}", .decode, .sglang),
        (
            "labels: {inference.networking.k8s.io/engine-type: other, llm-d.ai/role: prefill}",
            .prefill, .vllm
        ),
    ])
    func `a label's value that is not understood is told, and leaves what else is said`(
        entry: String,
        role: EndpointRole,
        engine: EngineFamily
    ) throws {
        let file = try file(entry)
        #expect(file.members.map(\.role) == [role])
        #expect(file.members.map(\.engine) == [engine])
        #expect(file.warnings.count == 1)
        #expect(file.warnings.allSatisfy { $0.hasSuffix("is taken (line 2)") })
    }

    @Test(arguments: ["role: coder", "engine: other"])
    func `a key's value that is not understood is an error`(entry: String) {
        #expect(throws: EndpointsFileError.self) { try file(entry) }
    }

    @Test func `labels that are understood are not told of`() throws {
        let file = try file("labels: {llm-d.ai/role: prefill, llm-d.ai/engine-type: sglang}")
        #expect(file.warnings.isEmpty)
    }
}
