import Testing

@testable import Discovery

@Suite struct ModelListTests {
    private func adapters(_ text: String) -> Set<String>? { ModelList(Array(text.utf8))?.adapters }

    @Test func `a model with a parent is an adapter, one without is not`() {
        // As vLLM answers under `--served-model-name llama --lora-modules sql=… chat=…`.
        let text = """
            {"object":"list","data":[
              {"id":"llama","object":"model","created":1758300000,"owned_by":"vllm",
               "root":"/models/Llama-3.1-8B","parent":null,"max_model_len":8192,
               "permission":[{"id":"modelperm-1","object":"model_permission","group":null}]},
              {"id":"sql","object":"model","created":1758300000,"owned_by":"vllm",
               "root":"/loras/sql","parent":"llama","max_model_len":null,"permission":[]},
              {"id":"chat","object":"model","created":1758300000,"owned_by":"vllm",
               "root":"/loras/chat","parent":"llama","max_model_len":null,"permission":[]}
            ]}
            """
        #expect(adapters(text) == ["sql", "chat"])
    }

    @Test(arguments: [
        #"{"object":"list","data":[]}"#, #"{"data":[{"id":"a"},{"parent":"b"},3,null]}"#,
        #"{"data":[{"id":"","parent":"b"},{"id":7,"parent":"b"},{"id":"a","parent":7}]}"#,
    ])
    func `what is not an adapter is passed over`(text: String) {
        #expect(adapters(text) == [])
    }

    @Test(arguments: ["", "x", "[]", "{}", #"{"data":{}}"#, #"{"data":[}"#])
    func `what is not a list of models is none`(text: String) {
        #expect(adapters(text) == nil)
    }

    @Test func `names and their number are bounded`() {
        let long = String(repeating: "x", count: 257)
        let models = (0..<5000).map { #"{"id":"a\#($0)","parent":"m"}"# }
        let text = """
            {"data":[{"id":"\(long)","parent":"m"},\(models.joined(separator: ","))]}
            """
        #expect(adapters(text)?.count == ModelList.adaptersMax)
        #expect(adapters(text)?.contains(long) == false)
    }
}
