import Testing

@testable import Tokenizer

/// Which class transformers 5 makes a tokenizer with.
@Suite struct TransformersClassTests {
    private static let classes: [(String?, String?, TransformersClass)] = [
        ("LlamaTokenizer", "llama", .rebuilt(.llama)),
        ("LlamaTokenizerFast", "llama", .rebuilt(.llama)),
        ("PreTrainedTokenizerFast", "llama", .asItIs),
        ("LlamaTokenizerFast", "deepseek_v3", .asItIs),
        ("LlamaTokenizer", "mistral", .asItIs),
        ("Qwen2TokenizerFast", "qwen3", .rebuilt(.qwen2)),
        ("LlamaTokenizerFast", "qwen3", .rebuilt(.llama)),
        ("LlamaTokenizerFast", "qwen2", .rebuilt(.qwen2)),
        ("Qwen2Tokenizer", "qwen3_5", .rebuilt(.qwen35)),
        ("PreTrainedTokenizerFast", "gemma3", .asItIs),
        ("ChatGLM4Tokenizer", "glm4", .asItIs),
        ("TheirOwnTokenizer", "unheard_of", .asItIs),
        (nil, "gpt2", .rebuilt(.gpt2)),
        (nil, nil, .asItIs),
    ]

    @Test(arguments: classes)
    func `the model's type decides which class is believed`(
        hubClass: String?,
        modelType: String?,
        expected: TransformersClass
    ) throws {
        let found = try TransformersClass(
            hubClass: hubClass,
            modelType: modelType,
            repository: nil,
            hasTekken: false
        )
        #expect(found == expected)
    }

    @Test func `Mistral's own format is used where it is`() throws {
        for hubClass in ["LlamaTokenizer", "MistralCommonBackend"] {
            let found = try TransformersClass(
                hubClass: hubClass,
                modelType: "mistral",
                repository: nil,
                hasTekken: true
            )
            #expect(found == .mistralCommon)
        }
    }

    @Test func `some repositories are taken as they are`() throws {
        let found = try TransformersClass(
            hubClass: "LlamaTokenizerFast",
            modelType: "llama",
            repository: "deepseek-ai/DeepSeek-R1-Distill-Llama-8B",
            hasTekken: false
        )
        #expect(found == .asItIs)
    }

    @Test func `a class with settings that are not known here is refused by name`() {
        let error = #expect(throws: TokenizerError.self) {
            try TransformersClass(
                hubClass: "T5TokenizerFast",
                modelType: "t5",
                repository: nil,
                hasTekken: false
            )
        }
        #expect(error?.description.contains("T5Tokenizer") == true)
    }
}
