import Domain
package import Scheduling

/// What one request says of its session, from its arrival to its response.
package struct RequestSession: Sendable {
    /// A session that a request names, in one of the tables of bound sessions.
    struct Name: Sendable {
        let key: SessionKey
        let table: BoundSessions
        /// Where it was bound to, if that has left the pool.
        let departed: EndpointID?
    }

    /// For the plug-ins.
    package internal(set) var hints: [SessionHint] = []
    var names: [Name] = []
    /// Of clients that had none.
    var newCookies: [HeaderField] = []

    /// Of a request without a session.
    package static let none = RequestSession()
}
