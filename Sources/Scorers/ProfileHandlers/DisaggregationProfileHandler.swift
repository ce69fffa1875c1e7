package import Domain
package import Scheduling

/// Sends the phases of a request to endpoints of their own: one that generates, one that computes
/// the prompt before it if that pays, some that encode the prompt's media before that.
///
/// Only the endpoint that generates is a must. Where another finds none, the request goes on
/// without it, and its endpoint does that work, too.
package struct DisaggregationProfileHandler: Equatable, ProfileHandler {
    package enum StageOrder: Equatable, Sendable {
        /// Where the request is generated is decided first: a prefill is only looked for if the
        /// decider asks for one there.
        case decodeFirst
        /// The prefill is looked for first, so that what decides on the decode can go by it. It
        /// is let go if the decider, asked last, wants none.
        case prefillFirst
    }

    package struct Config: Equatable, Sendable {
        /// Names of profiles. Nil: no such phase.
        package var decode = "decode"
        package var prefill: String? = "prefill"
        package var encode: String?
        package var prefillDecider = PrefillDecider.always
        package var encodeDecider = EncodeDecider.multimodal
        package var order = StageOrder.decodeFirst

        package init() {}
    }

    private let config: Config
    /// Nil: no prefill is ever wanted.
    private let prefill: String?
    /// Nil: no media are ever encoded apart.
    private let encode: String?

    package init(config: Config = Config()) {
        self.config = config
        prefill = config.prefillDecider.isNever ? nil : config.prefill
        encode = config.encodeDecider == .never ? nil : config.encode
    }

    package var profileNames: [String] { [config.decode] + [prefill, encode].compactMap(\.self) }

    package func nextProfile(after picks: ProfilePicks, in context: SchedulingContext) -> String? {
        switch config.order {
        case .decodeFirst: nextAfterDecode(picks, in: context)
        case .prefillFirst: nextBeforeDecode(picks, in: context)
        }
    }

    private func nextAfterDecode(_ picks: ProfilePicks, in context: SchedulingContext) -> String? {
        guard picks.result(of: config.decode) != nil else { return config.decode }
        guard let position = picks.best(of: config.decode) else { return nil }
        if let encode = encodeToRun(after: picks, in: context) { return encode }
        guard let prefill, picks.result(of: prefill) == nil,
            config.prefillDecider.wantsPrefill(before: position, in: context)
        else { return nil }
        return prefill
    }

    private func nextBeforeDecode(_ picks: ProfilePicks, in context: SchedulingContext) -> String? {
        if let prefill, picks.result(of: prefill) == nil { return prefill }
        return encodeToRun(after: picks, in: context) ?? config.decode
    }

    private func encodeToRun(after picks: ProfilePicks, in context: SchedulingContext) -> String? {
        guard let encode, picks.result(of: encode) == nil,
            config.encodeDecider.wantsEncode(for: context.request)
        else { return nil }
        return encode
    }

    package func decision(
        from picks: ProfilePicks,
        in context: SchedulingContext
    ) throws(PickError) -> RoutingDecision {
        var decision = try picks.decision(of: config.decode, in: context)
        if let encode, case .success(let positions)? = picks.result(of: encode) {
            decision.encoders = positions.map { context.snapshot.endpoints[Int($0)] }
        }
        if let position = prefillPosition(from: picks, in: context) {
            let prefill = PrefillDecision(at: position, in: context)
            decision.prefill = prefill
            decision.uncachedTokens = prefill.uncachedTokens
        }
        return decision
    }

    private func prefillPosition(from picks: ProfilePicks, in context: SchedulingContext) -> Int? {
        guard let prefill, let position = picks.best(of: prefill),
            let decode = picks.best(of: config.decode), position != decode,
            config.prefillDecider.wantsPrefill(before: decode, in: context)
        else { return nil }
        return position
    }
}
