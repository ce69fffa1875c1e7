import Domain

extension Endpoint {
    /// Whether nothing has changed that its publishers depend on.
    func publishesLike(_ other: Endpoint) -> Bool {
        id == other.id && name == other.name && kvEventsAddress == other.kvEventsAddress
            && kvReplayAddress == other.kvReplayAddress
            && dataParallelSize == other.dataParallelSize
    }

    /// The address without its port, and an IPv6 address without its brackets.
    var host: String {
        let host = address.lastIndex(of: ":").map { address[..<$0] } ?? address[...]
        return host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : String(host)
    }
}

extension String {
    /// The ZeroMQ address of a later rank. One without a port stays as it is.
    func withPort(offsetBy offset: Int) -> String {
        guard offset > 0, let colon = lastIndex(of: ":"),
            let port = Int(self[index(after: colon)...])
        else { return self }
        return "\(self[...colon])\(port + offset)"
    }
}
