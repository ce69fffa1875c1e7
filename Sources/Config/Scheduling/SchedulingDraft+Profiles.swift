import Domain
import Scheduling
import Scorers

/// Makes profiles of the plug-ins that they refer to.
extension SchedulingDraft {
    /// What a profile comes to before it is whole.
    private struct Parts {
        /// The gateway's word comes first: nothing else may widen it.
        var filters: [any Filter] = [SubsetFilter()]
        var filterNames = ["subset-filter"]
        var scorers: [WeightedScorer] = []
        var picker: Plugin?
    }

    mutating func profile(_ spec: ProfileSpec, encodeProfile: String?) -> SchedulingProfile {
        var parts = Parts()
        for reference in spec.references { add(reference, of: spec.name, to: &parts) }
        if impliesRoles { addRole(of: spec.name, to: &parts) }
        limit(&parts)
        let isEncode = spec.name == encodeProfile
        let path = "schedulingProfiles.\(spec.name.nameForMessages)"
        settings.append(
            EffectiveSetting(
                path: "\(path).filters",
                value: "\(parts.filterNames)",
                origin: spec.origin
            )
        )
        return SchedulingProfile(
            name: spec.name,
            filters: parts.filters,
            scorers: parts.scorers,
            picker: picker(parts.picker, at: path, isEncode: isEncode)
        )
    }

    private mutating func add(
        _ reference: PluginReference,
        of profile: String,
        to parts: inout Parts
    ) {
        guard let plugin = plugins[reference.name] else {
            let nearest = nearestName(to: reference.name, among: plugins.names)
            let suggestion = nearest.map { "; did you mean `\($0)`?" } ?? ""
            return findings.problem(
                "\(reference.path): expected the name of an entry of plugins, found "
                    + "\"\(reference.name.forMessages)\" (line \(reference.line))\(suggestion)"
            )
        }
        guard !plugin.isUnsupported else { return }
        guard plugin.isPartOfProfiles else {
            let name = plugin.name.forMessages
            return findings.note("\(reference.path): \"\(name)\" has no part in a profile")
        }
        if let filter = plugin.filter, !(filter is SubsetFilter) {
            parts.filters.append(filter)
            parts.filterNames.append(plugin.name)
        }
        if let scorer = plugin.scorer {
            let weight = reference.weight ?? standardWeight
            parts.scorers.append(WeightedScorer(scorer, weight: weight, name: plugin.name))
            let names = "\(profile.nameForMessages).\(plugin.name.nameForMessages)"
            settings.append(
                EffectiveSetting(
                    path: "schedulingProfiles.\(names).weight",
                    value: "\(weight)",
                    origin: reference.weight == nil ? .default : reference.weightOrigin
                )
            )
        } else if reference.weight != nil {
            findings.note("\(reference.path): a weight has no effect but on a scorer")
        }
        if plugin.picker != nil { choose(plugin, by: reference, in: &parts) }
    }

    private func choose(_ plugin: Plugin, by reference: PluginReference, in parts: inout Parts) {
        if let other = parts.picker {
            findings.problem(
                "\(reference.path): expected one picker, found \"\(plugin.name.forMessages)\" "
                    + "beside \"\(other.name.forMessages)\" (line \(reference.line))"
            )
        }
        parts.picker = plugin
    }

    private func addRole(of profile: String, to parts: inout Parts) {
        guard !parts.filters.contains(where: { $0 is RoleFilter }) else { return }
        let phase = InferencePhase(rawValue: profile) ?? .decode
        parts.filters.insert(RoleFilter(serving: phase), at: 1)
        parts.filterNames.insert("\(phase.rawValue)-filter", at: 1)
    }

    /// Behind the filters that say which endpoints a request may go to at all, and before those
    /// that choose among these: what is full must not be all that is chosen.
    private func limit(_ parts: inout Parts) {
        guard let requestsMax = factory.overrides.endpointRequestsMax, requestsMax > 0 else {
            return
        }
        let last = parts.filters.lastIndex {
            $0 is SubsetFilter || $0 is RoleFilter || $0 is LabelSelectorFilter
        }
        let place = last.map { $0 + 1 } ?? 0
        parts.filters.insert(SaturationFilter(requestsMax: requestsMax), at: place)
        parts.filterNames.insert("at most \(requestsMax) requests in flight", at: place)
    }

    /// The profile's picker, or else the first that there is.
    private mutating func picker(
        _ plugin: Plugin?,
        at path: String,
        isEncode: Bool
    ) -> any Picker {
        let chosen = plugin ?? plugins.plugins.first { $0.picker != nil }
        let draft = chosen?.picker ?? PickerDraft(kind: .maxScore)
        let overrides = factory.overrides
        let said = draft.endpointsMax
        let count: Int
        if isEncode {
            count = said ?? 1
        } else if let fallbacks = overrides.fallbackEndpoints {
            count = min(max(0, fallbacks), 63) + 1
        } else {
            count = said ?? SchedulingOverrides.endpointsMax
        }
        let isFlag = !isEncode && overrides.fallbackEndpoints != nil
        settings += [
            EffectiveSetting(
                path: "\(path).picker",
                value: draft.kind.rawValue,
                origin: chosen == nil ? .default : origin
            ),
            EffectiveSetting(
                path: "\(path).picker.maxNumOfEndpoints",
                value: "\(count)",
                origin: isFlag ? .flag("--fallback-endpoints") : said == nil ? .default : origin
            ),
        ]
        return draft.picker(endpointsMax: count, seed: overrides.seed)
    }
}
