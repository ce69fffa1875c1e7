extension TransformersRecipe.Family {
    /// What the class takes for a named token that the configuration does not have.
    func defaultToken(_ name: String) -> AddedToken? {
        defaultTokens[name].map { AddedToken(content: Array($0.utf8), special: true) }
    }

    /// The same for all names that it has any for.
    var defaultTokens: [String: String] {
        switch self {
        case .llama: ["unk_token": "<unk>", "bos_token": "<s>", "eos_token": "</s>"]
        case .qwen2, .qwen35:
            [
                "unk_token": "<|endoftext|>", "eos_token": "<|endoftext|>",
                "pad_token": "<|endoftext|>",
            ]
        case .gemma:
            [
                "unk_token": "<unk>", "bos_token": "<bos>", "eos_token": "<eos>",
                "pad_token": "<pad>", "mask_token": "<mask>",
            ]
        case .gpt2:
            [
                "unk_token": "<|endoftext|>", "bos_token": "<|endoftext|>",
                "eos_token": "<|endoftext|>",
            ]
        case .gptNeoX:
            [
                "unk_token": "<|endoftext|>", "bos_token": "<|endoftext|>",
                "eos_token": "<|endoftext|>", "pad_token": "<|padding|>",
            ]
        case .cohere:
            [
                "unk_token": "<UNK>", "bos_token": "<BOS_TOKEN>",
                "eos_token": "<|END_OF_TURN_TOKEN|>", "pad_token": "<PAD>",
                "cls_token": "<CLS>", "sep_token": "<SEP>", "mask_token": "<MASK_TOKEN>",
            ]
        }
    }
}
