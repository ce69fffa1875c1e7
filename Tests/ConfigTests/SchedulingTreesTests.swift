import Config
import Domain
import Randomness
import Scheduling
import Scorers
import Testing

@Suite struct SchedulingTreesTests {
    private func context(_ random: inout SplitMix64) -> SchedulingContext {
        let endpoints = (0..<6).map { id in
            Endpoint(id: EndpointID(rawValue: id), name: "e\(id)", address: "10.0.0.\(id):8000")
        }
        let loads = endpoints.map { _ in
            var load = EndpointLoad()
            load.report.waitingRequests = Int32.random(in: 0...300, using: &random)
            load.report.kvCacheUsage = Double.random(in: 0...1, using: &random)
            load.report.receivedAt = .now
            return load
        }
        var context = SchedulingContext(
            request: InferenceRequest(model: "m"),
            snapshot: EndpointSnapshot(generation: 1, endpoints: endpoints),
            loads: loads
        )
        context.rotation = UInt64.random(in: 0..<1000, using: &random)
        return context
    }

    private func kept(by filter: some Filter, in context: SchedulingContext) -> Candidates {
        var candidates = Candidates(context.snapshot.endpoints.indices)
        filter.filter(&candidates, in: context)
        return candidates
    }

    @Test(arguments: ["gateway-decision-tree.yaml", nil] as [String?])
    func `the tree of the Gateway API's sample is the one that it had built in`(
        name: String?
    ) throws {
        let document =
            try name.map(SchedulingDocument.bytes)
            ?? Array("plugins: [{type: decision-tree-filter}]".utf8)
        let setup = try SchedulingConfigFile.read(document: document)
        let tree = try #require(setup.profile()?.filter(DecisionTreeFilter.self))
        var random = SplitMix64(seed: 8)
        var sizes: Set<Int> = []
        for _ in 0..<200 {
            let context = context(&random)
            let expected = kept(by: DecisionTreeFilter.lowLatency(), in: context)
            #expect(kept(by: tree, in: context) == expected)
            sizes.insert(expected.count)
        }
        #expect(sizes.count > 1)
    }

    @Test(arguments: [
        ("current: {pluginRef: nobody}", "current.pluginRef"),
        ("current: {pluginRef: queue-scorer}", "current.pluginRef"),
        ("current: {}", "current"),
        (
            "current: {decisionTree: {current: {pluginRef: x}}}",
            "current.decisionTree.current.pluginRef"
        ),
    ])
    func `a branch that is no filter is refused`(parameters: String, place: String) {
        let problems = SchedulingDocument.problems(
            "plugins: [{type: queue-scorer}, {type: decision-tree-filter, "
                + "parameters: {\(parameters)}}]"
        )
        #expect(problems.count == 1)
        #expect(problems.first?.hasPrefix("plugins[1].parameters.\(place): expected") == true)
    }
}
