import BlockKeys
import Domain
import EngineSimulator
import HTTP
import JSON
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1)))
struct EngineAPITests {
    private final class RecordingPublisher: EventPublisher {
        let batches = Mutex<[(number: UInt64, payload: [UInt8])]>([])
        func publish(number: UInt64, payload: [UInt8]) {
            batches.withLock { $0.append((number, payload)) }
        }
    }

    private let client = HTTPClient()
    private let publisher = RecordingPublisher()

    private func withEngine(
        failingRequests: Int = 0,
        _ body: (_ post: (String, String) async throws -> HTTPClient.Response, _ url: String)
            async throws -> Void
    ) async throws {
        var config = EngineConfig()
        config.model = "m"
        config.adapters = [LoRAAdapter(name: "a", number: 1, path: "/loras/a")]
        config.blockSize = 4
        config.timeScale = 1000
        config.failingRequests = failingRequests
        let endpoint = try SimulatedEndpoint.listen(
            config,
            on: HTTPServer.Config(),
            tokenizer: WordTokenizer(),
            vocabulary: Vocabulary(tokenizer: WordTokenizer())
        )
        let running = Task { try await endpoint.run(publishingTo: publisher) }
        defer { running.cancel() }
        let url = "http://127.0.0.1:\(endpoint.port)"
        try await body(
            { path, body in
                try await client.send(.init("POST", url + path, body: Array(body.utf8)))
            },
            url
        )
    }

    private func json(_ response: HTTPClient.Response) throws -> JSONValue {
        try JSONDocument(parsing: response.body).root
    }

    private func metric(_ name: String, _ url: String) async throws -> String? {
        let response = try await client.send(.init("GET", url + "/metrics"))
        return String(decoding: response.body, as: UTF8.self).split(separator: "\n")
            .first { $0.hasPrefix(name) }?.split(separator: " ").last.map(String.init)
    }

    @Test func `a completion has text, usage, and the mark of the body it answers`() async throws {
        try await withEngine { post, _ in
            let body = #"{"model":"m","prompt":[1,2,3,4,5,6,7,8,9],"max_tokens":3}"#
            let first = try await post("/v1/completions", body)
            #expect(first.status == 200)
            #expect(first.headers["x-inference-pod"] == "engine-0")
            #expect(
                first.headers["x-request-body-sha256"]
                    == "b3cdf0e6f27f7a4254f4288b975cca0f4ac89d8b9f3c719a26eab7b44ca57550"
            )
            let usage = try json(first)["usage"]
            #expect(usage?["prompt_tokens"]?.int == 9)
            #expect(usage?["completion_tokens"]?.int == 3)
            #expect(usage?["prompt_tokens_details"]?["cached_tokens"]?.int == 0)

            let second = try await post("/v1/completions", body)
            let details = try json(second)["usage"]?["prompt_tokens_details"]
            #expect(details?["cached_tokens"]?.int == 8)
            func text(_ response: HTTPClient.Response) throws -> String? {
                var text: String?
                try json(response)["choices"]?.forEachElement { text = $0["text"]?.string }
                return text
            }
            #expect(try text(first)?.split(separator: " ").count == 3)
            #expect(try text(first) == text(second))
        }
    }

    @Test func `a chat is streamed word by word, then its usage, then the end`() async throws {
        try await withEngine { post, _ in
            let response = try await post(
                "/v1/chat/completions",
                """
                {"model":"m","messages":[{"role":"user","content":"one two three"}],
                "max_completion_tokens":2,"stream":true,"stream_options":{"include_usage":true}}
                """
            )
            let text = String(decoding: response.body, as: UTF8.self)
            let events = text.split(separator: "\n\n")
            #expect(events.count == 5)
            #expect(events.allSatisfy { $0.hasPrefix("data: ") })
            #expect(events[0].contains(#""delta":{"role":"assistant","content":""}"#))
            #expect(events[1].contains(#""finish_reason":null"#))
            #expect(events[2].contains(#""finish_reason":"length""#))
            #expect(events[3].contains(#""choices":[],"usage":{"prompt_tokens":5,"#))
            #expect(events[4] == "data: [DONE]")
        }
    }

    @Test func `an answer that comes back in the next prompt is found in the cache`() async throws {
        try await withEngine { post, _ in
            let question = "w1 w2 w3 w4 w5 w6 w7 w8"
            let first = try await post(
                "/v1/completions",
                #"{"model":"m","prompt":"\#(question) ","max_tokens":9}"#
            )
            var answer = ""
            try json(first)["choices"]?.forEachElement { answer = $0["text"]?.string ?? "" }
            let second = try await post(
                "/v1/completions",
                #"{"model":"m","prompt":"\#(question) \#(answer) and more","max_tokens":1}"#
            )
            let details = try json(second)["usage"]?["prompt_tokens_details"]
            #expect((details?["cached_tokens"]?.int ?? 0) >= 8)
        }
    }

    @Test(arguments: [
        ("/v1/completions", #"{"model":"m"}"#, 400, "`prompt` is required."),
        ("/v1/completions", #"{"model":"m","prompt":""}"#, 400, "The prompt is empty."),
        ("/v1/completions", #"{"model":"x","prompt":"a"}"#, 404, "The model `x` does not exist."),
        ("/v1/chat/completions", #"{"model":"m"}"#, 400, "`messages` is required."),
        (
            "/v1/completions", #"{"model":"m","prompt":"a","cache_salt":""}"#, 400,
            "`cache_salt` must have 1 to 4096 bytes."
        ),
        ("/v1/nothing", "{}", 404, "Not Found"),
        (
            "/v1/completions", #"{"model":"m","prompt":"a","max_tokens":99999999}"#, 400,
            "This model's maximum context length is 16380 tokens; the prompt has 1 and "
                + "`max_tokens` is 99999999."
        ),
    ])
    func `a bad request is answered in OpenAI's shape`(
        path: String,
        body: String,
        status: Int,
        message: String
    ) async throws {
        try await withEngine { post, _ in
            let response = try await post(path, body)
            #expect(response.status == status)
            let error = try json(response)["error"]
            #expect(error?["message"]?.string == message)
            #expect(error?["code"]?.int == status)
        }
    }

    @Test func `metrics count tokens as vLLM does`() async throws {
        try await withEngine { post, url in
            let body = #"{"model":"m","prompt":[1,2,3,4,5,6,7,8,9],"max_tokens":3}"#
            _ = try await post("/v1/completions", body)
            _ = try await post("/v1/completions", body)
            #expect(try await metric("vllm:prefix_cache_queries_total", url) == "18")
            #expect(try await metric("vllm:prefix_cache_hits_total", url) == "8")
            #expect(try await metric("vllm:request_success_total", url) == "2")
            #expect(try await metric("vllm:generation_tokens_total", url) == "6")
            #expect(try await metric("vllm:time_to_first_token_seconds_count", url) == "2")
            #expect(try await metric("vllm:num_requests_running", url) == "0")
            #expect(try await metric("vllm:kv_cache_usage_perc", url) == "0.0")
            let info = #"vllm:cache_config_info{block_size="4",engine="0",num_gpu_blocks="4096"}"#
            #expect(try await metric(info, url) == "1")
        }
    }

    @Test func `a reset empties the cache and says so`() async throws {
        try await withEngine { post, _ in
            let body = #"{"model":"m","prompt":[1,2,3,4,5],"max_tokens":1}"#
            _ = try await post("/v1/completions", body)
            #expect(try await post("/reset_prefix_cache", "").status == 200)
            let again = try await post("/v1/completions", body)
            let details = try json(again)["usage"]?["prompt_tokens_details"]
            #expect(details?["cached_tokens"]?.int == 0)
            let numbers = publisher.batches.withLock { $0.map(\.number) }
            #expect(numbers == [0, 1, 2])
        }
    }

    @Test func `an adapter is a model of its own`() async throws {
        try await withEngine { post, url in
            for model in ["m", "a"] {
                let body = #"{"model":"\#(model)","prompt":[1,2,3,4,5],"max_tokens":1}"#
                let details = try json(try await post("/v1/completions", body))["usage"]
                #expect(details?["prompt_tokens_details"]?["cached_tokens"]?.int == 0)
            }
            let models = try json(try await client.send(.init("GET", url + "/v1/models")))
            var names: [String] = []
            var parents: [String?] = []
            models["data"]?.forEachElement { model in
                names.append(model["id"]?.string ?? "")
                parents.append(model["parent"]?.string)
            }
            #expect(names == ["m", "a"])
            #expect(parents == [nil, "m"])
            let state = #"vllm:lora_requests_info{max_lora="1",running_lora_adapters="a","#
            #expect(try await metric(state, url) != nil)
        }
    }

    @Test func `an engine that is told to fail refuses its first requests, and only those`()
        async throws
    {
        try await withEngine(failingRequests: 2) { post, url in
            let body = #"{"model":"m","prompt":[1,2,3,4,5],"max_tokens":1}"#
            var statuses: [Int] = []
            for _ in 0..<4 { statuses.append(try await post("/v1/completions", body).status) }
            #expect(statuses == [503, 503, 200, 200])
            #expect(try await metric("vllm:request_success_total", url) == "2")
        }
    }

    private func ids(_ value: JSONValue?) -> [Int] {
        var ids: [Int] = []
        value?.forEachElement { ids.append($0.int ?? -1) }
        return ids
    }

    @Test func `the ids of a text or a chat are told without an answer to it`() async throws {
        try await withEngine { post, _ in
            let text = try json(await post("/tokenize", #"{"model":"m","prompt":"one two"}"#))
            #expect(text["count"]?.int == 2)
            #expect(ids(text["tokens"]).count == 2)

            let messages = #""messages":[{"role":"user","content":"one two"}]"#
            let chat = try json(await post("/tokenize", "{\(messages)}"))
            #expect(ids(chat["tokens"]).count == 4)
            let rendered = try json(
                await post("/v1/chat/completions/render", #"{"model":"m",\#(messages)}"#)
            )
            #expect(ids(rendered["token_ids"]) == ids(chat["tokens"]))
            let refused = try await post("/tokenize", #"{"model":"x","prompt":"one"}"#)
            #expect(refused.status == 404)
        }
    }

    @Test func `a chat that brings its ids is not tokenized again`() async throws {
        try await withEngine { post, _ in
            let response = try await post(
                "/v1/chat/completions",
                """
                {"model":"m","messages":[{"role":"user","content":"one two"}],"max_tokens":1,
                "kv_transfer_params":{"prompt_token_ids":[1,2,3,4,5,6,7]}}
                """
            )
            #expect(try json(response)["usage"]?["prompt_tokens"]?.int == 7)
        }
    }
}
