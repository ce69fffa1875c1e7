import Bytes
import CommandLineArguments
import Domain
import Files
import Glibc
import JSON
import Telemetry
import Tokenization
import Tokenizer

/// `warmpath tokenize`: shows the tokens of a text or a chat, as routing computes them.
enum TokenizeCommand {
    private static let model = Option<String>(
        required: "model",
        "PATH",
        help: "A model's folder, or a tokenizer.json."
    )
    private static let chat = Option<String?>(
        "chat",
        "FILE",
        default: nil,
        help: "JSON of a request with messages, instead of a text."
    )
    private static let specialTokens = Option(
        flag: "special-tokens",
        default: true,
        help: "Leaves out the tokens that a completion starts and ends with."
    )

    private static let command = Command(
        name: "warmpath tokenize",
        summary: "Shows the tokens of a text: one line for each, its id and its piece.",
        discussion: """
            Usage: warmpath tokenize --model PATH [options] [TEXT|-]
            Without a text, or with -, standard input is read. Pieces are spelled as in the
            vocabulary; what does not print is escaped.
            """,
        sections: [
            .init("Options", [model, chat, ServeOptions.tokenizerMode, specialTokens]),
            ServeOptions.chatTemplateSection,
        ]
    )

    private static let flags = Set(
        [specialTokens, ServeOptions.trustsRequestTemplates, ServeOptions.excludesTools].flatMap {
            ["--\($0.name)", "--no-\($0.name)"]
        }
    )

    static func run(_ arguments: [String]) {
        // A text does not follow an option that has its value yet to come.
        var options = arguments
        var text: String?
        let previous = arguments.dropLast().last
        let followsOption = previous.map { $0.hasPrefix("--") && !$0.contains("=") } ?? false
        let isFlag = previous.map(flags.contains) ?? false
        if let last = arguments.last, last == "-" || !last.hasPrefix("-"), !followsOption || isFlag
        {
            options.removeLast()
            text = last == "-" ? nil : last
        }
        let parsed = command.parseOrExit(options)
        do {
            try show(parsed, text: text.map { Array($0.utf8) })
        } catch {
            command.exitWithUsageError("\(error)")
        }
    }

    private static func show(_ arguments: Arguments, text: [UInt8]?) throws {
        let templates = ChatTemplateSettings(arguments, of: command)
        let loader = FileModelLoader(
            template: templates.fallback,
            options: templates.options,
            mode: arguments[ServeOptions.tokenizerMode].mode
        )
        let path = arguments[model]
        let loaded = try loader.load(path: path)
        var tokens: [TokenID] = []
        if let file = arguments[chat] {
            let body = try JSONDocument(
                parsing: FileContents(of: file, byteCountMax: textBytesMax).bytes
            ).root
            let prompts = PromptTokenizer(
                models: SingleModel(loaded),
                store: nil,
                metrics: TokenizationMetrics(registry: MetricsRegistry())
            )
            tokens = try prompts.tokens(of: body, model: "")
        } else {
            let text = try text ?? standardInput()
            loaded.tokenizer.encode(
                text.span,
                addSpecialTokens: arguments[specialTokens],
                to: &tokens
            )
        }
        let pieces = TokenPieces(of: tokens, at: path)
        for token in tokens { print("\(token.rawValue)\t\(pieces[token] ?? "")") }
    }

    private static let textBytesMax = 64 << 20

    private static func standardInput() throws(FileError) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe read(0, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0, bytes.count + count <= textBytesMax else {
                throw FileError(path: "standard input", reason: "cannot be read, or is too long")
            }
            guard count > 0 else { return bytes }
            bytes += chunk[..<count]
        }
    }
}
