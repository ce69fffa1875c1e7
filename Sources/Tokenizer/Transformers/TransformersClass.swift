/// How transformers 5 makes a tokenizer of a folder.
///
/// Its classes with settings of their own take vocabulary, merges and post-processor from
/// `tokenizer.json`, and nothing else; all others take the file as it is.
enum TransformersClass: Equatable, Sendable {
    /// `TokenizersBackend`, and classes that transformers does not know.
    case asItIs
    /// `MistralCommonBackend`: tekken.json.
    case mistralCommon
    case rebuilt(TransformersRecipe.Family)

    /// - Parameters:
    ///   - hubClass: what the model's own files name.
    ///   - repository: where the model is from, if that is known.
    init(
        hubClass: String?,
        modelType: String?,
        repository: String?,
        hasTekken: Bool
    ) throws(TokenizerError) {
        if let repository, TransformersModelTypes.isTakenAsItIs(repository: repository) {
            self = .asItIs
            return
        }
        let hub = hubClass.map(Self.withoutFast)
        let registered = modelType.flatMap(TransformersModelTypes.registeredClass)
        guard let hub, let modelType, let registered, registered != hub else {
            self = try Self.named(hub ?? registered, hasTekken: hasTekken)
            return
        }
        if registered == "MistralCommonBackend" {
            self = hasTekken ? .mistralCommon : .asItIs
        } else if registered == "TokenizersBackend" {
            self = .asItIs
        } else {
            let name =
                TransformersModelTypes.hubClassIsWrong(for: modelType) ? registered : hub
            self = try Self.named(name, hasTekken: hasTekken)
        }
    }

    private static func withoutFast(_ name: String) -> String {
        name != "PreTrainedTokenizerFast" && name.hasSuffix("Fast")
            ? String(name.dropLast(4)) : name
    }

    private static func named(
        _ name: String?,
        hasTekken: Bool
    ) throws(TokenizerError) -> TransformersClass {
        guard let name else { return .asItIs }
        if name == "MistralCommonBackend" { return hasTekken ? .mistralCommon : .asItIs }
        if let family = TransformersRecipe.Family(rawValue: name) { return .rebuilt(family) }
        guard unsupported.contains(name) else { return .asItIs }
        throw .unsupported(
            part: "tokenizer_class",
            found: name,
            expected: "a class that transformers takes from tokenizer.json as it is, or one of "
                + TransformersRecipe.Family.allCases.map(\.rawValue).joined(separator: ", ")
        )
    }

    /// Classes with settings of their own, or without a `tokenizer.json`.
    private static let unsupported: Set<String> = [
        "AlbertTokenizer", "BartTokenizer", "BarthezTokenizer", "BartphoTokenizer",
        "BertGenerationTokenizer", "BertJapaneseTokenizer", "BertTokenizer", "BertweetTokenizer",
        "BigBirdTokenizer", "BioGptTokenizer", "BlenderbotSmallTokenizer", "BlenderbotTokenizer",
        "ByT5Tokenizer", "CLIPTokenizer", "CTRLTokenizer", "CamembertTokenizer",
        "CanineTokenizer", "CodeGenTokenizer", "CodeLlamaTokenizer", "CpmAntTokenizer",
        "CpmTokenizer", "DPRContextEncoderTokenizer", "DPRQuestionEncoderTokenizer",
        "DebertaTokenizer", "DebertaV2Tokenizer", "DistilBertTokenizer", "EsmTokenizer",
        "EsmcTokenizer", "FSMTTokenizer", "FlaubertTokenizer", "FunnelTokenizer",
        "GPTNeoXJapaneseTokenizer", "GPTSw3Tokenizer", "HerbertTokenizer", "LEDTokenizer",
        "LasrTokenizer", "LayoutLMv2Tokenizer", "LayoutLMv3Tokenizer", "LayoutXLMTokenizer",
        "LukeTokenizer", "LxmertTokenizer", "M2M100Tokenizer", "MBart50Tokenizer",
        "MBartTokenizer", "MLukeTokenizer", "MPNetTokenizer", "MarianTokenizer",
        "MarkupLMTokenizer", "MobileBertTokenizer", "MvpTokenizer", "NllbTokenizer",
        "NougatTokenizer", "OpenAIGPTTokenizer", "PLBartTokenizer", "PegasusTokenizer",
        "PerceiverTokenizer", "PhobertTokenizer", "ProphetNetTokenizer", "ReformerTokenizer",
        "RemBertTokenizer", "RoCBertTokenizer", "RoFormerTokenizer", "RobertaTokenizer",
        "SeamlessM4TTokenizer", "Siglip2Tokenizer", "SiglipTokenizer", "SplinterTokenizer",
        "T5Tokenizer", "TapasTokenizer", "Tipsv2Tokenizer", "UdopTokenizer",
        "VideoPrismTokenizer", "Wav2Vec2CTCTokenizer", "WhisperTokenizer", "XGLMTokenizer",
        "XLMRobertaTokenizer", "XLMTokenizer", "XLNetTokenizer",
    ]
}
