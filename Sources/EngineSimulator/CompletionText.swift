import JSON

/// Renders the answers to one request, whole or as a stream's chunks.
struct CompletionText: Sendable {
    struct Usage: Equatable, Sendable {
        let promptCount: Int
        var outputCount = 0
        var cachedCount = 0
    }

    let api: CompletionRequest.API
    let id: String
    let created: Int
    let model: String

    /// The whole answer.
    func response(_ text: [UInt8], _ usage: Usage) -> [UInt8] {
        write(object: api == .chat ? "chat.completion" : "text_completion") { json in
            json.arrayField("choices") { json in
                json.object { json in
                    json.field("index", 0)
                    if api == .chat {
                        json.objectField("message") { json in
                            json.field("role", "assistant")
                            json.field("content") { $0.string(text) }
                        }
                    } else {
                        json.field("text") { $0.string(text) }
                    }
                    json.nullField("logprobs")
                    json.field("finish_reason", "length")
                }
            }
            append(usage, to: &json)
        }
    }

    /// One event of a stream. A chat begins with a chunk that has a role and no text.
    func chunk(_ text: [UInt8], role: String? = nil, isLast: Bool) -> [UInt8] {
        event { json in
            json.arrayField("choices") { json in
                json.object { json in
                    json.field("index", 0)
                    if api == .chat {
                        json.objectField("delta") { json in
                            if let role { json.field("role", role) }
                            json.field("content") { $0.string(text) }
                        }
                    } else {
                        json.field("text") { $0.string(text) }
                    }
                    json.nullField("logprobs")
                    json.field("finish_reason") { json in
                        if isLast { json.string("length") } else { json.null() }
                    }
                }
            }
        }
    }

    func usageChunk(_ usage: Usage) -> [UInt8] {
        event { json in
            json.arrayField("choices") { _ in }
            append(usage, to: &json)
        }
    }

    static let done = Array("data: [DONE]\n\n".utf8)

    private func event(_ fields: (inout JSONWriter) -> Void) -> [UInt8] {
        let object = api == .chat ? "chat.completion.chunk" : "text_completion"
        return Array("data: ".utf8) + write(object: object, fields) + Array("\n\n".utf8)
    }

    private func write(object: String, _ fields: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.field("id", id)
            json.field("object", object)
            json.field("created", created)
            json.field("model", model)
            fields(&json)
        }
        return json.bytes
    }

    private func append(_ usage: Usage, to json: inout JSONWriter) {
        json.objectField("usage") { json in
            json.field("prompt_tokens", usage.promptCount)
            json.field("completion_tokens", usage.outputCount)
            json.field("total_tokens", usage.promptCount + usage.outputCount)
            json.objectField("prompt_tokens_details") { json in
                json.field("cached_tokens", usage.cachedCount)
            }
        }
    }
}
