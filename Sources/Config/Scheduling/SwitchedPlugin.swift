/// A plug-in that environment variables switch on and weigh.
struct SwitchedPlugin {
    /// As in `ENABLE_<NAME>`.
    let name: String
    let type: String

    var isScorer: Bool { name.hasSuffix("_SCORER") }

    /// In the order in which filters run. llm-d's own was another one at every start: it was that
    /// of a hash table. Here those that drop what must not be used come before those that choose
    /// among the rest, in the order of the Gateway API's decision tree.
    static let all = [
        SwitchedPlugin(name: "GIE_SHEDDABLE_CAPACITY_FILTER", type: "sheddable-capacity-filter"),
        SwitchedPlugin(name: "GIE_LOW_QUEUE_FILTER", type: "low-queue-filter"),
        SwitchedPlugin(name: "GIE_LORA_AFFINITY_FILTER", type: "lora-affinity-filter"),
        SwitchedPlugin(name: "GIE_LEAST_QUEUE_FILTER", type: "least-queue-filter"),
        SwitchedPlugin(name: "GIE_LEAST_KVCACHE_FILTER", type: "least-kv-cache-filter"),
        SwitchedPlugin(name: "KVCACHE_AWARE_SCORER", type: "precise-prefix-cache-scorer"),
        SwitchedPlugin(name: "LOAD_AWARE_SCORER", type: "load-aware-scorer"),
        SwitchedPlugin(name: "PREFIX_AWARE_SCORER", type: "prefix-cache-scorer"),
        SwitchedPlugin(name: "SESSION_AWARE_SCORER", type: "session-affinity-scorer"),
        SwitchedPlugin(
            name: "GIE_KVCACHE_UTILIZATION_SCORER",
            type: "kv-cache-utilization-scorer"
        ),
        SwitchedPlugin(name: "GIE_QUEUE_SCORER", type: "queue-scorer"),
        SwitchedPlugin(name: "GIE_PREFIX_SCORER", type: "prefix-cache-scorer"),
    ]
}
