package import ChatTemplates
package import JSON
package import Jinja

/// Renders requests as the engine does, by the template and the settings of the model's files.
package struct ChatModelRenderer: PromptRendering {
    private let model: ChatModel
    private let clock: TemplateClock

    /// - Parameter clock: the engines' local time, for prompts that say the date.
    package init(_ model: ChatModel, clock: TemplateClock = .system) {
        self.model = model
        self.clock = clock
    }

    package func render(_ body: JSONValue) throws(TokenizationError) -> RequestPrompts? {
        let endpoint: RequestPrompts.Endpoint
        if body["messages"] != nil {
            endpoint = .chatCompletions
        } else if body["prompt"] != nil {
            endpoint = .completions
        } else {
            return nil
        }
        do throws(PromptError) {
            return try model.render(body: body, endpoint: endpoint, clock: clock)
        } catch {
            switch error {
            case .rejected(let reason), .unsupported(let reason):
                throw .unrenderable(reason: reason)
            }
        }
    }
}
