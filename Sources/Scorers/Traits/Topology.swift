/// Where endpoints are: labels that name the machine, the rack, the zone and the region of each.
package struct Topology: Equatable, Sendable {
    /// What two endpoints share. The closest is the least.
    package enum Level: String, CaseIterable, Comparable, Sendable {
        case host
        case rack
        case zone
        case region

        package static func < (one: Level, other: Level) -> Bool { one.steps < other.steps }

        private var steps: Int {
            switch self {
            case .host: 0
            case .rack: 1
            case .zone: 2
            case .region: 3
            }
        }
    }

    /// Kubernetes' names, as in llm-d's `topology-extractor`.
    package var hostLabel = "kubernetes.io/hostname"
    package var rackLabel = "topology.kubernetes.io/rack"
    package var zoneLabel = "topology.kubernetes.io/zone"
    package var regionLabel = "topology.kubernetes.io/region"

    package init() {}

    /// What an endpoint with these labels has around it.
    package func surroundings(of labels: [String: String]) -> Surroundings {
        let names = [
            (Level.host, hostLabel), (.rack, rackLabel), (.zone, zoneLabel), (.region, regionLabel),
        ]
        return Surroundings(
            places: names.compactMap { level, label in
                guard let value = labels[label], !value.isEmpty else { return nil }
                return Surroundings.Place(level: level, label: label, value: value)
            }
        )
    }

    package struct Surroundings: Sendable {
        fileprivate struct Place: Sendable {
            let level: Level
            let label: String
            let value: String
        }

        /// The closest first. A level that the endpoint says nothing of is shared with nobody.
        fileprivate let places: [Place]

        /// The closest level at which an endpoint with these labels is here, too. Nil: at none.
        package func level(of labels: [String: String]) -> Level? {
            for place in places where labels[place.label] == place.value { return place.level }
            return nil
        }
    }
}
