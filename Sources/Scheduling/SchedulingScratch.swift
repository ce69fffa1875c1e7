/// Memory that decisions use one after the other, so that none of them allocates for every endpoint.
package struct SchedulingScratch: Sendable {
    package var candidates = Candidates()
    package var totals: [Double] = []
    package var scores: [Double] = []

    package init() {}
}
