import Domain
import Testing

@testable import Routing

@Suite struct RequestTraitsTests {
    private let traits = RequestTraits(objectives: ["urgent": 10, "batch": -1])

    @Test(arguments: RequestTraits.objectiveHeaders)
    func `an objective has its priority, one that is not known 0`(header: String) {
        func priority(_ objective: String) -> Int {
            traits.request([HeaderField(header, objective)]).priority
        }
        #expect(priority("urgent") == 10)
        #expect(priority("batch") == -1)
        #expect(priority("unheard-of") == 0)
        #expect(priority("99") == 0, "a client cannot choose its priority")
        #expect(traits.request([]).priority == 0)
    }

    @Test(arguments: RequestTraits.fairnessHeaders)
    func `a flow has the name that the client gives, within reason`(header: String) {
        func flow(_ name: String) -> String {
            traits.request([HeaderField(header, name)]).fairnessID
        }
        #expect(flow("tenant") == "tenant")
        #expect(flow("") == InferenceRequest.defaultFairnessID)
        #expect(flow(String(repeating: "x", count: 257)) == InferenceRequest.defaultFairnessID)
        #expect(traits.request([]).fairnessID == InferenceRequest.defaultFairnessID)
    }

    @Test func `llm-d's own name outweighs the one of the extension`() {
        let request = traits.request([
            HeaderField(RequestTraits.objectiveHeaders[1], "batch"),
            HeaderField(RequestTraits.objectiveHeaders[0], "urgent"),
        ])
        #expect(request.priority == 10)
    }
}
