import EngineSimulator
import Testing

@Suite struct AdapterStatesTests {
    private let states = AdapterStates(adaptersMax: 4)

    private var lines: [Substring] {
        states.render().split(separator: "\n").filter { !$0.hasPrefix("#") }
    }

    @Test func `each state is a series whose value is its last time`() {
        states.record(running: ["b", "a", "b"], waiting: ["c"], time: 1)
        states.record(running: [], waiting: [], time: 2)
        states.record(running: ["a", "b"], waiting: ["c", "c"], time: 3)
        #expect(
            lines == [
                """
                vllm:lora_requests_info{max_lora="4",running_lora_adapters="",\
                waiting_lora_adapters=""} 2.0
                """,
                """
                vllm:lora_requests_info{max_lora="4",running_lora_adapters="a,b",\
                waiting_lora_adapters="c"} 3.0
                """,
            ]
        )
    }

    @Test func `the number of states is bounded, and the latest one is kept`() {
        for time in 0..<100 {
            states.record(running: ["a\(time)"], waiting: [], time: Double(time))
        }
        #expect(lines.count == 32)
        #expect(lines.last?.contains("a99") == true)
    }
}
