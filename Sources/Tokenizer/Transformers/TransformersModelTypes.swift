/// What transformers 5.20 knows of model types and tokenizer classes, as far as it decides how a
/// `tokenizer.json` is read. Observed from its `tokenization_auto.py` and classes.
enum TransformersModelTypes {
    /// The class that is registered for a model type; nil for a type that has none, or one of a
    /// class that is not rebuilt here.
    static func registeredClass(of modelType: String) -> String? { classes[modelType] }

    /// Whether the class that a model's own files name is known to be wrong.
    static func hubClassIsWrong(for modelType: String) -> Bool { wrong.contains(modelType) }

    /// Repositories whose `tokenizer.json` is taken as it is.
    static func isTakenAsItIs(repository: String) -> Bool {
        let name = repository.lowercased()
        return repositories.contains { pattern in
            pattern.hasSuffix("*") ? name.hasPrefix(pattern.dropLast()) : name == pattern
        }
    }

    private static let repositories = [
        "deepseek-ai/deepseek-r1-distill-llama-*", "deepseek-ai/deepseek-coder-*",
        "allenai/dolma2-tokenizer", "google/umt5-small", "naver-clova-ix/donut-*",
        "salesforce/blip2-opt-*", "salesforce/blip2-flan-t5-*",
        "salesforce/instructblip-flan-t5-*", "stepfun-ai/step-3.7-*",
    ]

    private static let wrong = Set(
        words(
            """
            arctic chameleon chatlm deepseek_v2 deepseek_v3 deepseek_v32 deepseek_v4 deepseek_vl
            deepseek_vl_hybrid deepseek_vl_v2 deepseek_ocr deepseek_ocr2 unlimited_ocr ernie4_5
            ernie4_5_moe fuyu h2ovl_chat hyperclovax hyperclovax_vlm hyperclovax_vision_v2
            internlm2 jamba janus llava llava_next minicpm3 minicpmv minimax_m2 modernbert
            modernbert-decoder molmo molmo2 nemotron nvfp4 opencua openvla paddleocr_vl phi3 phi3_v
            phimoe qwen2 qwen3_5 qwen3_5_moe qwen3_5_moe_text qwen4_exp step3p5 step3_vl vipllava
            cohere_asr camembertv2-base siglip2 smolvlm
            """
        )
    )

    private static let classes: [String: String] = {
        var classes: [String: String] = [:]
        for (name, types) in typesOfClass {
            for type in words(types) { classes[type] = name }
        }
        return classes
    }()

    private static let typesOfClass = [
        "TokenizersBackend": """
        EvollaModel aria beam bigbird_pegasus canary flex_olmo glm glm4 glm4_moe glm4_moe_lite
        glm4v glm4v_moe glm_image glmasr got_ocr2 gpt_bigcode granite granitemoe
        granitemoehybrid granitemoeshared kimi_k25 kimi_linear kosmos-2 mimo_v2_flash
        minicpmv4_6 minicpmv4_7 nystromformer olmo2 olmo3 olmo_hybrid pegasus_x persimmon
        pix2struct stablelm umt5 xlm-roberta-xl step3_vl minicpm3 openvla phi3 janus vipllava
        deepseek_ocr paddleocr_vl ernie4_5 chameleon deepseek_v32 smolvlm deepseek_v2
        ernie4_5_moe jamba molmo modernbert-decoder minicpmv step3p5 nemotron cohere_asr
        internlm2 h2ovl_chat llava_next hyperclovax deepseek_v3 phimoe deepseek_v4 deepseek_vl
        chatlm arctic molmo2 modernbert unlimited_ocr llava nvfp4 deepseek_vl_v2 deepseek_ocr2
        opencua phi3_v hyperclovax_vlm deepseek_vl_hybrid minimax_m2 camembertv2-base fuyu
        """,
        "MistralCommonBackend": """
        ministral ministral3 mistral mistral3 mixtral pixtral voxtral voxtral_realtime
        """,
        "LlamaTokenizer": "idefics idefics2",
        "CodeLlamaTokenizer": "code_llama",
        "Qwen2Tokenizer": """
        audioflamingo3 colqwen2 cosmos3_omni fun_asr_nano hunyuan_vl internvl
        moss_transcribe_diarize ovis2 qianfan_ocr qwen2 qwen2_5_omni qwen2_5_vl qwen2_audio
        qwen2_moe qwen2_vl qwen3 qwen3_asr qwen3_moe qwen3_next qwen3_omni_moe qwen3_vl
        qwen3_vl_moe lighton_ocr vibevoice
        """,
        "Qwen3_5Tokenizer": "qwen3_5 qwen3_5_moe qwen3_5_moe_text qwen3_5_text qwen4_exp",
        "GemmaTokenizer": """
        diffusion_gemma gemma gemma2 gemma3 gemma3_text gemma3n gemma3n_text recurrent_gemma
        shieldgemma2 t5gemma zaya
        """,
        "GPT2Tokenizer": """
        blip-2 codegen dbrx emu3 gpt2 gpt_neo gptj hyperclovax_vision_v2 instructblip
        instructblipvideo jais2 opt phi starcoder2
        """,
        "GPTNeoXTokenizer": "falcon_mamba gpt_neox mamba mamba2 mpt olmo olmoe rwkv xlstm",
        "CohereTokenizer": "aya_vision cohere cohere2",
        "Siglip2Tokenizer": "siglip2",
    ]

    private static func words(_ text: String) -> [String] {
        text.split(whereSeparator: \.isWhitespace).map(String.init)
    }
}
