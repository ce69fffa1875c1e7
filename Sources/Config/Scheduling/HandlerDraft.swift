import Scheduling
import Scorers

/// A profile handler before the profiles are known.
enum HandlerDraft {
    case single
    /// 0: no sidecar.
    case dataParallel(primaryPort: Int)
    /// - Parameter fallback: nil if nothing is said.
    case header(name: String, fallback: String?)
    /// - Parameter primaryPort: 0: no sidecar.
    case disaggregation(DisaggregationProfileHandler.Config, primaryPort: Int)

    /// The profile whose picks are encoders: each of them gets a share of the work, so that none
    /// of them merely stands in for another.
    var encodeProfile: String? {
        guard case .disaggregation(let config, _) = self else { return nil }
        return config.encode
    }

    /// - Parameter names: of the profiles, at least one.
    func handler(for names: [String], _ problem: (String) -> Void) -> (any ProfileHandler)? {
        switch self {
        case .single:
            return single(names, problem)
        case .dataParallel(let port):
            return single(names, problem).map { Self.behindSidecar($0, port: port) }
        case .header(let header, let fallback):
            let standard = names.contains("decode") ? "decode" : names[0]
            let fallback = fallback ?? standard
            guard names.contains(fallback) || names.count == 1 else {
                problem(
                    "expected defaultProfile to be one of \(Self.text(names)), found "
                        + "\"\(fallback.forMessages)\""
                )
                return nil
            }
            return HeaderProfileHandler(header: header, fallback: fallback, profiles: names)
        case .disaggregation(let config, let port):
            let handler = DisaggregationProfileHandler(config: config)
            let missing = handler.profileNames.filter { !names.contains($0) }
            guard missing.isEmpty else {
                let list = Self.text(missing)
                problem(
                    "expected a profile by the name of \(list) in schedulingProfiles, found "
                        + Self.text(names)
                )
                return nil
            }
            return Self.behindSidecar(handler, port: port)
        }
    }

    private func single(
        _ names: [String],
        _ problem: (String) -> Void
    ) -> (any ProfileHandler)? {
        guard names.count == 1 else {
            problem("expected exactly one profile, found \(names.count)")
            return nil
        }
        return SingleProfileHandler(profile: names[0])
    }

    private static func text(_ names: [String]) -> String {
        names.map { "\"\($0.forMessages)\"" }.joined(separator: ", ")
    }

    private static func behindSidecar(
        _ handler: any ProfileHandler,
        port: Int
    ) -> any ProfileHandler {
        port == 0 ? handler : DataParallelProfileHandler(base: handler, primaryPort: port)
    }
}
