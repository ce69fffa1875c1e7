extension Command {
    /// What `--help` prints.
    package var helpText: String {
        var text = "\(summary)\n\nUsage: \(name) [options]\n"
        for section in sections {
            text += "\n\(section.title):\n"
            for option in section.options { text += entry(usage(of: option), details(of: option)) }
        }
        text += "\n" + entry("--help", "Shows this help.")
        if !discussion.isEmpty { text += "\n\(discussion)\n" }
        return text
    }

    private func usage(of option: any AnyOption) -> String {
        guard option.isFlag else { return "--\(option.name) \(option.placeholder)" }
        return option.defaultText == "on" ? "--no-\(option.name)" : "--\(option.name)"
    }

    private func details(of option: any AnyOption) -> String {
        guard let value = option.defaultText else { return option.help + " Required." }
        guard !option.isFlag, !value.isEmpty else { return option.help }
        return option.help + " Default: \(value)."
    }

    /// The usage on the left, its details wrapped on the right.
    private func entry(_ usage: String, _ details: String) -> String {
        let (indent, column, width) = (2, 34, 96)
        var text = String(repeating: " ", count: indent) + usage
        var position = text.count
        if position >= column - 1 {
            text += "\n"
            position = 0
        }
        text += String(repeating: " ", count: column - position)
        position = column
        for word in details.split(separator: " ") {
            if position > column, position + word.count > width {
                text += "\n" + String(repeating: " ", count: column)
                position = column
            }
            text += (position > column ? " " : "") + word
            position += word.count + (position > column ? 1 : 0)
        }
        return text + "\n"
    }
}
