import Domain
package import Scheduling

/// Keeps the endpoints that have the request's LoRA adapter, for most requests; for the others,
/// and if none has it, those that have a free place for it, so that it spreads under load.
///
/// An adapter is there if the engine holds it, whether a request uses it or not. A request for no
/// adapter passes, and so does one that finds neither the adapter nor a free place anywhere: one
/// engine then has to swap.
package struct LoRAAffinityFilter: Equatable, Filter {
    private let threshold: Double

    /// - Parameter threshold: the share of requests that stay where the adapter is, 0...1.
    package init(threshold: Double = 0.999) { self.threshold = threshold }

    package func filter(_ candidates: inout Candidates, in context: SchedulingContext) {
        guard let adapter = context.adapter else { return }
        var hasAdapter = false
        var hasRoom = false
        var cursor = AdapterCursor(adapter)
        for index in 0..<candidates.count {
            let position = candidates[index]
            if cursor.isThere(context.snapshot.ids[position]) {
                hasAdapter = true
            } else if Self.hasRoom(context.loads[position].report) {
                hasRoom = true
            }
        }
        guard hasAdapter || hasRoom else { return }
        let stays =
            hasAdapter && (!hasRoom || context.happens(threshold, seed: 0x6C6F_7261))
        cursor = AdapterCursor(adapter)
        candidates.keep { position in
            let isThere = cursor.isThere(context.snapshot.ids[position])
            return stays ? isThere : !isThere && Self.hasRoom(context.loads[position].report)
        }
    }

    private static func hasRoom(_ report: EngineReport) -> Bool {
        report.activeAdapters < report.adaptersMax
    }
}

/// Walks where an adapter is. To be asked in ascending order of endpoints.
private struct AdapterCursor {
    private let places: [AdapterPlaces.Place]
    private var place = 0

    init(_ adapter: AdapterPlaces) { places = adapter.places }

    mutating func isThere(_ id: EndpointID) -> Bool {
        while place < places.count, places[place].endpoint.rawValue < id.rawValue { place += 1 }
        return place < places.count && places[place].endpoint == id
            && places[place].state != .absent
    }
}
