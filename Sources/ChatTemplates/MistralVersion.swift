import JSON

/// The instruction format that a Mistral tokenizer's file asks for, as mistral-common names it.
enum MistralVersion: Int, Comparable {
    case v3 = 3
    case v7 = 7
    case v11 = 11
    case v13 = 13

    static func < (left: MistralVersion, right: MistralVersion) -> Bool {
        left.rawValue < right.rawValue
    }

    /// - Throws: `format` for versions that are not among these; `file` if no file says one.
    init(_ files: ChatModelFiles) throws(ChatModelError) {
        guard let name = try MistralVersion.name(files) else {
            throw .file(path: "tekken.json", reason: "no file names Mistral's format")
        }
        // A letter and a number behind the version stand for image tokens.
        let number = name.dropFirst().prefix { $0.isNumber }
        guard let version = Int(number).flatMap(MistralVersion.init(rawValue:)) else {
            throw .format(name: "mistral \(name)")
        }
        self = version
    }

    private static func name(_ files: ChatModelFiles) throws(ChatModelError) -> String? {
        guard let tekken = files.tekken else {
            let prefix = "tokenizer.model."
            return files.names.first { $0.hasPrefix("\(prefix)v") }
                .map { String($0.dropFirst(prefix.utf8.count)) }
        }
        do {
            return try JSONDocument(parsing: tekken).root["config"]?["version"]?.string
        } catch {
            throw .file(path: "tekken.json", reason: error.reason)
        }
    }
}
