package import Domain

/// One endpoint as it is configured: all but the identity that this process gives it.
package struct EndpointEntry: Equatable, Sendable {
    package var name: String
    /// `host:port`.
    package var address: String
    package var role: EndpointRole
    /// A ZeroMQ address.
    package var kvEventsAddress: String?

    package init(
        name: String,
        address: String,
        role: EndpointRole = .both,
        kvEventsAddress: String? = nil
    ) {
        self.name = name
        self.address = address
        self.role = role
        self.kvEventsAddress = kvEventsAddress
    }
}
