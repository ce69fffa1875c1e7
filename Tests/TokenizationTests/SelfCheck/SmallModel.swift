import Domain
import Foundation
import HTTP
import JSON
import Telemetry
import Tokenizer

@testable import Tokenization

/// A model's folder in the temporary folder, which goes with its last holder. Its tokenizer takes
/// spaces as the byte they are in mode raw, and as `▁` in mode transformers-v5.
final class SmallModel: Sendable {
    let path: String
    let loader = FileModelLoader(template: .chatML)

    init(template: String = SmallModel.template) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        path = folder.path
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var config = JSONWriter()
        config.object { config in
            config.field("tokenizer_class", "LlamaTokenizer")
            config.field("bos_token", "<s>")
            config.field("eos_token", "</s>")
            config.field("unk_token", "<unk>")
            config.field("chat_template", template)
        }
        for (name, content) in [
            ("tokenizer.json", Array(Self.tokenizer.utf8)),
            ("tokenizer_config.json", config.bytes),
            ("config.json", Array(#"{"model_type": "llama"}"#.utf8)),
        ] {
            try Data(content).write(to: folder.appending(path: name))
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    static let template =
        "{{ bos_token }}{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}"
        + "{% if add_generation_prompt %}<assistant>{% endif %}"

    private static let tokenizer: String = {
        let bytes = (0..<256).map { byte in
            let digits = String(byte, radix: 16, uppercase: true)
            return #""<0x\#(byte < 16 ? "0" : "")\#(digits)>": \#(byte + 3)"#
        }
        let special = ["<unk>", "<s>", "</s>"].enumerated().map { id, content in
            """
            {"id": \(id), "content": "\(content)", "single_word": false, "lstrip": false,
             "rstrip": false, "normalized": false, "special": true}
            """
        }
        return """
            {"version": "1.0", "truncation": null, "padding": null,
             "added_tokens": [\(special.joined(separator: ","))],
             "normalizer": null, "pre_tokenizer": null, "post_processor": null, "decoder": null,
             "model": {"type": "BPE", "dropout": null, "unk_token": "<unk>",
               "continuing_subword_prefix": null, "end_of_word_suffix": null, "fuse_unk": true,
               "byte_fallback": true, "merges": [],
               "vocab": {"<unk>": 0, "<s>": 1, "</s>": 2, \(bytes.joined(separator: ",")),
                 "▁": 259, "a": 260, "b": 261}}}
            """
    }()

    func load(_ mode: TokenizerMode) throws(ModelLoadError) -> LoadedModel {
        try loader.load(path: path, mode: mode)
    }

    /// Answers `/tokenize` as an engine does that serves the model in a mode.
    func engine(_ mode: TokenizerMode) throws(ModelLoadError) -> HTTPServer.Handler {
        let tokenizer = try load(mode).alone
        return { request in
            guard request.path == "/tokenize",
                let body = try? JSONDocument(parsing: request.body).root,
                let tokens = try? tokenizer.tokens(of: body, model: "m")
            else { return HTTPResponse(status: 400) }
            let ids = tokens.map { String($0.rawValue) }.joined(separator: ",")
            return HTTPResponse(json: "{\"count\":\(tokens.count),\"tokens\":[\(ids)]}")
        }
    }
}

extension LoadedModel {
    /// Tokenizes with this model, whatever a request names.
    var alone: PromptTokenizer {
        PromptTokenizer(
            models: SingleModel(self),
            store: nil,
            metrics: TokenizationMetrics(registry: MetricsRegistry())
        )
    }

    /// The ids of a text, which tell modes apart.
    func ids(_ text: String) -> [UInt32] {
        var tokens: [TokenID] = []
        tokenizer.encode(Array(text.utf8).span, addSpecialTokens: false, to: &tokens)
        return tokens.map(\.rawValue)
    }
}
