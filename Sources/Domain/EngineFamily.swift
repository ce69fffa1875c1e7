/// What kind of engine an endpoint runs, spelled as llm-d's label `llm-d.ai/engine-type`: under
/// which names it reports its load.
package enum EngineFamily: String, CaseIterable, Sendable {
    case vllm
    case sglang
    case trtllmServe = "trtllm-serve"
    case tritonTensorRTLLM = "triton-tensorrt-llm"
    case triton
}
