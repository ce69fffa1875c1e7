/// Hears what becomes of a routed request. To be told in the order of these methods, each at most
/// once. Letting go of it ends the request, however far it came.
///
/// Thread safety: one caller at a time, on any thread.
package protocol ResponseObserver: AnyObject, Sendable {
    /// The endpoint's answer has begun.
    ///
    /// - Parameters:
    ///   - status: of HTTP; nil if the gateway did not tell.
    ///   - address: of the endpoint that answered (`host:port`), which may be one that stands in
    ///     for the picked one. Nil if the gateway did not tell.
    func responseBegan(status: Int?, servedBy address: String?)

    /// The first bytes of its body are here: of a streamed response, the first token.
    func firstBytes()

    /// All of the response has passed.
    func responseEnded()
}

extension ResponseObserver {
    package func responseBegan(status: Int?) { responseBegan(status: status, servedBy: nil) }
}
