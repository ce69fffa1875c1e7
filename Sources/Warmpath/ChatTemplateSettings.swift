import ChatTemplates
import CommandLineArguments
import Files
import JSON
import Jinja
import Tokenizer

/// What the options say about chat templates.
struct ChatTemplateSettings {
    /// For models whose files have none.
    let fallback: ChatTemplate
    let options: ChatModelOptions

    /// A template is a text that people write: larger files are none.
    private static let templateBytesMax = 1 << 20

    /// - Parameter command: whose usage an error shows.
    init(_ arguments: Arguments, of command: Command) {
        var options = ChatModelOptions()
        options.contentFormat = arguments[ServeOptions.contentFormat].format
        options.trustsRequestTemplates = arguments[ServeOptions.trustsRequestTemplates]
        options.excludesToolsWhenToolChoiceIsNone = arguments[ServeOptions.excludesTools]
        let name = arguments[ServeOptions.chatTemplate]
        if let known = try? ChatTemplate(named: name) {
            fallback = known
        } else {
            fallback = .llama3
            options.chatTemplate = Self.file(name, command)
        }
        if let text = arguments[ServeOptions.templateArguments] {
            options.defaultTemplateArguments = Self.arguments(text, command)
        }
        self.options = options
    }

    private static func file(_ path: String, _ command: Command) -> [UInt8] {
        do throws(FileError) {
            return try FileContents(of: path, byteCountMax: templateBytesMax).bytes
        } catch {
            let known = ChatTemplate.allCases.map(\.rawValue).joined(separator: ", ")
            command.exitWithUsageError(
                "--chat-template \(path): \(error.reason); expected a file, or one of \(known)"
            )
        }
    }

    private static func arguments(_ text: String, _ command: Command) -> TemplateDict {
        if let root = try? JSONDocument(parsing: Array(text.utf8)).root,
            case .dict(let arguments) = TemplateValue(root)
        {
            return arguments
        }
        command.exitWithUsageError(
            "--default-chat-template-kwargs: found \(text), expected a JSON object"
        )
    }
}
