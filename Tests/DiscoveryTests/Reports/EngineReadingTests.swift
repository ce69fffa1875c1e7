import Domain
import Randomness
import Testing

@testable import Discovery

@Suite struct EngineReadingTests {
    private func reading(_ text: String, _ family: EngineFamily = .vllm) -> EngineReading? {
        let bytes = Array(text.utf8)
        return EngineReading(bytes.span, from: family)
    }

    private func report(
        waiting: Int32,
        running: Int32,
        usage: Double = 0,
        tokens: Int = 0,
        blockTokens: Int32 = 0
    ) -> EngineReport {
        var report = EngineReport()
        report.waitingRequests = waiting
        report.runningRequests = running
        report.kvCacheUsage = usage
        report.kvCacheTokens = tokens
        report.blockTokens = blockTokens
        return report
    }

    @Test func `vLLM tells its load, its cache and its adapters`() {
        var expected = report(
            waiting: 3,
            running: 7,
            usage: 0.25,
            tokens: 438_896,
            blockTokens: 16
        )
        expected.activeAdapters = 3
        expected.adaptersMax = 4
        let reading = reading(EngineTexts.vllm)
        #expect(reading?.report == expected)
        #expect(reading?.adapters.running == ["sql", "chat"])
        #expect(reading?.adapters.waiting == ["sql", "code"])
    }

    @Test func `ranks of one engine are one endpoint`() {
        #expect(
            reading(EngineTexts.vllmRanks)?.report
                == report(waiting: 2, running: 12, usage: 0.375, tokens: 6080, blockTokens: 32)
        )
    }

    @Test func `SGLang, TensorRT-LLM and Triton tell the same under their own names`() {
        #expect(
            reading(EngineTexts.sglang, .sglang)?.report
                == report(waiting: 9, running: 4, usage: 0.28, tokens: 64_000, blockTokens: 64)
        )
        #expect(
            reading(EngineTexts.trtllmServe, .trtllmServe)?.report
                == report(waiting: 1, running: 2, usage: 0.125, tokens: 16_000, blockTokens: 32)
        )
        #expect(
            reading(EngineTexts.tritonTensorRTLLM, .tritonTensorRTLLM)?.report
                == report(waiting: 5, running: 6, usage: 0.5, tokens: 399_296, blockTokens: 64)
        )
    }

    @Test func `Triton's count of all executions is not taken for running requests`() {
        #expect(reading(EngineTexts.triton, .triton)?.report == report(waiting: 7, running: 0))
    }

    @Test(arguments: [
        ("vllm:gpu_cache_usage_perc 0.5", 0.5),
        ("vllm:kv_cache_usage_perc 0.25", 0.25),
        ("vllm:gpu_cache_usage_perc 0.5\nvllm:kv_cache_usage_perc 0.25", 0.25),
        ("vllm:kv_cache_usage_perc 0.25\nvllm:gpu_cache_usage_perc 0.5", 0.25),
        ("vllm:kv_cache_usage_perc 1.5", 1),
        ("vllm:num_requests_running 1\nvllm:kv_cache_usage_perc NaN", 0),
    ])
    func `usage has an old name and a new one, and the new one counts`(text: String, usage: Double)
    {
        #expect(reading(text)?.report.kvCacheUsage == usage)
    }

    @Test(arguments: [
        "", "\n", "hello", "# EOF", EngineTexts.sglang, "vllm:num_requests_running -1",
        "vllm:num_requests_running NaN", "<html>vllm:num_requests_running 1</html>",
    ])
    func `an answer without any of the figures is none`(text: String) {
        #expect(reading(text) == nil)
    }

    @Test func `blocks that an engine does not know yet are not told`() {
        let report = reading(
            """
            vllm:num_requests_running 1
            vllm:cache_config_info{block_size="16",num_gpu_blocks="None"} 1
            """
        )?.report
        #expect(report?.kvCacheTokens == 0)
        #expect(report?.blockTokens == 16)
    }

    @Test func `figures beyond all bounds are the greatest that there are`() {
        let report = reading(
            """
            vllm:num_requests_running +Inf
            vllm:num_requests_waiting 1e30
            vllm:cache_config_info{block_size="2147483647",num_gpu_blocks="2147483647"} 1
            vllm:cache_config_info{block_size="2147483647",num_gpu_blocks="2147483647"} 1
            vllm:cache_config_info{block_size="2147483647",num_gpu_blocks="2147483647"} 1
            """
        )?.report
        #expect(report?.runningRequests == .max)
        #expect(report?.waitingRequests == .max)
        #expect(report?.kvCacheTokens == .max)
    }

    @Test func `of states of adapters, the one of the latest time counts, wherever it stands`() {
        let states = [(10, "a"), (30, "c"), (20, "b")].map { time, name in
            """
            vllm:lora_requests_info{max_lora="2",running_lora_adapters="\(name)",\
            waiting_lora_adapters=""} \(time)
            """
        }
        for states in [states, states.reversed()] {
            let text = "vllm:num_requests_running 1\n" + states.joined(separator: "\n")
            #expect(reading(text)?.adapters.running == ["c"])
        }
    }

    @Test func `adapters beyond the bounds are left out`() {
        let long = String(repeating: "x", count: 257)
        let names = (0..<1000).map { "a\($0)" }.joined(separator: ",")
        let reading = reading(
            """
            vllm:num_requests_running 1
            vllm:lora_requests_info{max_lora="2",running_lora_adapters="\(long),,\(names)",\
            waiting_lora_adapters=" b, b"} 1
            """
        )
        #expect(reading?.adapters.running.count ?? 0 > 250)
        #expect(reading?.adapters.running.count ?? .max <= AdapterActivity.adaptersMax)
        #expect(reading?.adapters.running.contains(long) == false)
        #expect(reading?.adapters.waiting == ["b"])
    }

    @Test(arguments: EngineFamily.allCases)
    func `no change of a text makes reading it trap`(family: EngineFamily) {
        let texts = [
            EngineTexts.vllm, EngineTexts.vllmRanks, EngineTexts.sglang, EngineTexts.trtllmServe,
            EngineTexts.tritonTensorRTLLM, EngineTexts.triton,
        ]
        var random = SplitMix64(seed: 7)
        for round in 0..<600 {
            var bytes = Array(texts[round % texts.count].utf8)
            for _ in 0...random.below(8) {
                let index = random.below(bytes.count)
                switch random.below(3) {
                case 0: bytes[index] = UInt8(truncatingIfNeeded: random.next())
                case 1: bytes.removeSubrange(index..<min(bytes.count, index + random.below(40) + 1))
                default: bytes.insert(contentsOf: bytes[..<min(index, 40)], at: index)
                }
                if bytes.isEmpty { bytes = [0x0A] }
            }
            let usage = EngineReading(bytes.span, from: family)?.report.kvCacheUsage ?? 0
            #expect((0...1).contains(usage))
        }
    }
}
