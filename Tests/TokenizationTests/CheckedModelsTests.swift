import Domain
import Testing
import Tokenizer

@testable import Tokenization

@Suite struct CheckedModelsTests {
    /// A model that is told from others by where it is from.
    private func model(_ path: String) -> LoadedModel {
        LoadedModel(
            tokenizer: ByteTokenizer(),
            renderer: NamedTemplateRenderer(.chatML),
            files: ModelFiles(path: path, mode: .raw, addedTokens: [])
        )
    }

    @Test func `a model that no check was made of is the source's`() throws {
        let models = CheckedModels(SingleModel(model("source")))
        #expect(try models.model(named: "m").files?.path == "source")
        models.set(.off, of: "m")
        models.set(nil, of: "m")
        #expect(try models.model(named: "m").files?.path == "source")
    }

    @Test func `an outcome holds for its model and the adapters on it, and no other`() throws {
        let models = CheckedModels(
            SingleModel(model("source")),
            baseModels: ["lora": "m"],
            outcomes: ["m": .replaced(model("other mode"))]
        )
        #expect(try models.model(named: "m").files?.path == "other mode")
        #expect(try models.model(named: "lora").files?.path == "other mode")
        #expect(try models.model(named: "n").files?.path == "source")
    }

    @Test(arguments: [
        (CheckedModels.Outcome.engine, TokenizationError.askEngine(model: "m")),
        (.off, .noTokenizer(model: "m")),
    ])
    func `an outcome without tokens says under which name the engines have the model`(
        outcome: CheckedModels.Outcome,
        error: TokenizationError
    ) {
        let models = CheckedModels(
            SingleModel(model("source")),
            baseModels: ["lora": "m"],
            outcomes: ["m": outcome]
        )
        for name in ["m", "lora"] {
            #expect(throws: error) { try models.model(named: name) }
        }
    }

    @Test func `models of engines alone are asked for by the name of the base`() {
        let models = EngineModels(baseModels: ["lora": "m"])
        for name in ["m", "lora"] {
            #expect(throws: TokenizationError.askEngine(model: "m")) {
                try models.model(named: name)
            }
        }
    }
}
