/// Picks some of the candidates. Pure, as a `Scorer` is: equal candidates are told apart by who was
/// picked last (`EndpointLoad.lastPick`), and chance comes from `SchedulingContext.rotation`.
package protocol Picker: Sendable {
    /// The positions, in the snapshot, of the best candidate and then of those that may stand in
    /// for it, the best first.
    ///
    /// - Parameters:
    ///   - candidates: never empty.
    ///   - totals: the weighted sum of each candidate's scores, in their order.
    /// - Returns: at least one, no position twice.
    func pick(
        from candidates: Candidates,
        totals: [Double],
        in context: SchedulingContext
    ) -> [Int32]
}
