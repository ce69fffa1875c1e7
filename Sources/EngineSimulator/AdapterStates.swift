import Synchronization

/// Which LoRA adapters run and wait, as vLLM tells it: a series for each state that there was,
/// whose value is the time when it was so last. Thread-safe.
package final class AdapterStates: Sendable {
    private struct State {
        let running: String
        let waiting: String
        var time: Double
    }

    /// vLLM keeps all of them for ever.
    private static let statesMax = 32

    private let adaptersMax: Int
    private let states = Mutex<[State]>([])

    package init(adaptersMax: Int) { self.adaptersMax = adaptersMax }

    /// - Parameters:
    ///   - running: the adapter of each request that runs, repeated ones included.
    ///   - time: seconds since 1970.
    package func record(running: [String], waiting: [String], time: Double) {
        let (running, waiting) = (Self.list(running), Self.list(waiting))
        states.withLock { states in
            states.removeAll { $0.running == running && $0.waiting == waiting }
            if states.count == Self.statesMax { states.removeFirst() }
            states.append(State(running: running, waiting: waiting, time: time))
        }
    }

    private static func list(_ names: [String]) -> String {
        Set(names).sorted().joined(separator: ",")
    }

    package func render() -> String {
        states.withLock { $0 }.reduce(
            into: """
                # HELP vllm:lora_requests_info Running stats on lora requests.
                # TYPE vllm:lora_requests_info gauge

                """
        ) { text, state in
            text += #"vllm:lora_requests_info{max_lora="\#(adaptersMax)","#
            text += #"running_lora_adapters="\#(state.running)","#
            text += "waiting_lora_adapters=\"\(state.waiting)\"} \(state.time)\n"
        }
    }
}
