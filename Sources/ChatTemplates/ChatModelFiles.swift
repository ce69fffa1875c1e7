import Files

/// The files of a model that decide how its prompts are made, as bytes. Absent files are nil.
package struct ChatModelFiles: Sendable {
    package var config: [UInt8]?
    package var tokenizerConfig: [UInt8]?
    /// Read only if the tokenizer's configuration lists no added tokens, as transformers does.
    package var specialTokensMap: [UInt8]?
    /// `chat_template.jinja`
    package var chatTemplate: [UInt8]?
    /// `chat_templates/NAME.jinja`
    package var namedChatTemplates: [String: [UInt8]] = [:]
    /// `chat_template.json`
    package var processorChatTemplate: [UInt8]?
    /// Whether the model has a processor: `preprocessor_config.json` or `processor_config.json`.
    package var hasProcessor = false
    /// `tekken.json`
    package var tekken: [UInt8]?
    /// Names of all files, for those whose presence alone says something.
    package var names: [String] = []

    package init() {}

    /// Reads what there is in a folder.
    package init(folder: String) throws(ChatModelError) {
        names = FolderListing.names(in: folder)
        config = try read("config.json", in: folder)
        tokenizerConfig = try read("tokenizer_config.json", in: folder)
        specialTokensMap = try read("special_tokens_map.json", in: folder)
        chatTemplate = try read("chat_template.jinja", in: folder)
        processorChatTemplate = try read("chat_template.json", in: folder)
        tekken = try read("tekken.json", in: folder)
        hasProcessor =
            names.contains("preprocessor_config.json") || names.contains("processor_config.json")
        let templates = "\(folder)/chat_templates"
        for name in FolderListing.names(in: templates).prefix(ChatModelFiles.namedTemplateCountMax)
        where name.hasSuffix(".jinja") {
            let text = try ChatModelFiles.contents(of: "\(templates)/\(name)")
            namedChatTemplates[String(name.dropLast(".jinja".utf8.count))] = text
        }
    }

    /// A tokenizer's file with its vocabulary is the largest of them.
    private static let byteCountMax = 256 << 20
    private static let namedTemplateCountMax = 64

    private func read(_ name: String, in folder: String) throws(ChatModelError) -> [UInt8]? {
        guard names.contains(name) else { return nil }
        return try ChatModelFiles.contents(of: "\(folder)/\(name)")
    }

    private static func contents(of path: String) throws(ChatModelError) -> [UInt8] {
        do {
            return try FileContents(of: path, byteCountMax: byteCountMax).bytes
        } catch {
            throw .file(path: error.path, reason: error.reason)
        }
    }
}
