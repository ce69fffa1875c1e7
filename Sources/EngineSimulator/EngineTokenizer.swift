package import Domain
package import JSON

/// Turns requests into tokens as the simulated model would.
package protocol EngineTokenizer: Sendable {
    /// Without special tokens.
    func tokens(ofText text: [UInt8]) -> [TokenID]
    /// Of a prompt or a chat, with all that the model puts before, between and after.
    ///
    /// - Parameter body: of a request, whatever else is in it.
    /// - Throws: a bad request if the model does not take it.
    func tokens(ofRequest body: JSONValue) throws(APIError) -> [TokenID]
}
