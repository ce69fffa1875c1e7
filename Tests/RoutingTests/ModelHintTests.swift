import Testing

@testable import Routing

@Suite struct ModelHintTests {
    @Test(arguments: [
        (#"{"model": "m", "prompt": "x"}"#, "m"),
        (#"{"prompt":"x","model":"org/name"}"#, "org/name"),
        (#"{"a": "\#(String(repeating: "x", count: 5000))", "model": "late"}"#, "late"),
        (#"{"model": 1, "x": "y", "model": "second"}"#, "second"),
        (#"{"model": "unending"#, ""),
        (#"{"model""#, ""),
        (#"{"prompt": "x"}"#, ""),
        ("", ""),
    ])
    func `the model is guessed from either end of a body`(body: String, model: String) {
        #expect(ModelHint.model(in: Array(body.utf8).span) == model)
    }
}
