/// What can go wrong with a server or an RPC.
package enum GRPCError: Error, Equatable, Sendable {
    /// The address is taken, malformed, or its certificate does not work.
    case cannotListen(address: String)
    /// The RPC is over: cancelled by the peer, past its deadline, or its connection is gone.
    case callEnded
}
