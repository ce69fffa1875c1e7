import Jinja

/// One part of a message's content, as the engine reads it.
enum ContentPart: Sendable, Equatable {
    /// `value` is a string, or whatever the request has in its place; `extra` are the part's
    /// fields that no part type declares.
    case text(TemplateValue, extra: TemplateDict)
    case toolReference(TemplateValue)
    /// An image, audio or video; `modality` is that word.
    case media(modality: String, extra: TemplateDict)
    /// A part with null in place of its text.
    case skipped

    /// - Throws: `rejected` for types that the engine does not know, and for embeddings, which
    ///   it takes only if it is told to.
    init(_ value: TemplateValue) throws(PromptError) {
        if value.isString {
            self = .text(value, extra: TemplateDict())
            return
        }
        guard let part = value.dict else { throw .invalid("content", "a list of objects") }
        let type = try ContentPart.typeName(of: part)
        switch type {
        case "text", "refusal":
            let text = part[type == "text" ? Key.text : Key.refusal] ?? .none
            self = text.isNone ? .skipped : .text(text, extra: ContentPart.extra(of: part))
        case "input_text", "output_text":
            self = .text(part[Key.text] ?? .none, extra: ContentPart.extra(of: part))
        case "thinking":
            self = .text(part[Key.thinking] ?? .none, extra: ContentPart.extra(of: part))
        case "tool_reference":
            self = .toolReference(part[Key.name] ?? .none)
        case "input_image", "image_url", "image_embeds", "image_pil":
            self = .media(modality: "image", extra: ContentPart.extra(of: part))
        case "audio_url", "input_audio", "audio_embeds":
            self = .media(modality: "audio", extra: ContentPart.extra(of: part))
        case "video_url", "video_embeds":
            self = .media(modality: "video", extra: ContentPart.extra(of: part))
        case "prompt_embeds":
            throw .unsupported(reason: "prompt embeddings in messages")
        default:
            throw .rejected(reason: "Unsupported chat content part type: '\(type)'.")
        }
    }

    /// The part's type: the one that it names, or the one that its first media field implies if
    /// it names none or has a `uuid`.
    private static func typeName(of part: TemplateDict) throws(PromptError) -> String {
        let type = part[Key.type] ?? .none
        let hasUUID = !(part[Key.uuid]?.isNone ?? true)
        let name = type.text.map { String(decoding: $0, as: UTF8.self) }
        if let name, !hasUUID { return name }
        if type.isNone || hasUUID {
            let implied = impliedTypes.first { field in
                let isVideosTrack = field == "audio_embeds" && name == "video_embeds"
                return part[Array(field.utf8)] != nil && !isVideosTrack
            }
            guard let implied else {
                throw .rejected(reason: "Missing 'type' field in multimodal part.")
            }
            return implied
        }
        throw .rejected(reason: "Invalid 'type' field in multimodal part.")
    }

    private static let impliedTypes: [String] = [
        "image_url", "image_pil", "image_embeds", "audio_embeds", "video_embeds",
        "prompt_embeds", "audio_url", "input_audio", "video_url", "tool_reference",
    ]

    private static func extra(of part: TemplateDict) -> TemplateDict {
        var extra = TemplateDict()
        for entry in part.entries where !declaredFields.contains(entry.key) {
            extra[entry.key] = entry.value
        }
        return extra
    }

    /// Every field that some part type declares, in vLLM 0.33 with openai 3.54.
    private static let declaredFields: Set<[UInt8]> = Set(
        [
            "audio_embeds", "audio_url", "closed", "data", "file", "image_embeds", "image_pil",
            "image_url", "input_audio", "name", "prompt_cache_breakpoint", "refusal", "text",
            "thinking", "type", "uuid", "video_embeds", "video_url",
        ].map { Array($0.utf8) }
    )
}

extension ContentPart {
    var isMedia: Bool { if case .media = self { true } else { false } }

    /// The part as templates of the `openAI` format see it. Nil if it is left out.
    var wrapped: TemplateValue? {
        switch self {
        case .skipped: return nil
        case .text(let value, let extra):
            return .dict(ContentPart.dict(type: "text", (Key.text, value), extra))
        case .toolReference(let name):
            return .dict(ContentPart.dict(type: "tool_reference", (Key.name, name), TemplateDict()))
        case .media(let modality, let extra):
            return .dict(ContentPart.dict(type: modality, nil, extra))
        }
    }

    private static func dict(
        type: String,
        _ field: (key: [UInt8], value: TemplateValue)?,
        _ extra: TemplateDict
    ) -> TemplateDict {
        var dict = TemplateDict()
        dict[Key.type] = .string(Array(type.utf8))
        if let field { dict[field.key] = field.value }
        for entry in extra.entries { dict[entry.key] = entry.value }
        return dict
    }
}
