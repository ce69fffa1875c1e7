package import Domain

/// Predicts how long an endpoint takes to the first token of a request: the time it needs for the
/// prompts it has yet to compute, and for what it does not hold of this one.
///
/// Two things beyond what this picker itself has sent there count, as far as the engine reports
/// them:
/// - Requests of others in its queue, each as long as one of ours that waits there, or, if none
///   does, as this one: they have to be computed first.
/// - What its KV cache has no room for: those tokens wait for other requests to end, or displace
///   what then has to be computed again. Either way each of them counts twice.
package struct TimeToFirstToken: Equatable, Sendable {
    /// Blocks in slower tiers have to be fetched: a tier's weight is the share of a block's
    /// computation that it saves.
    package var tierWeights = TierWeights()
    /// What each request that waits for its first token adds, however short its prompt.
    package var secondsPerWaitingRequest = 0.005
    package var source = PrefixSource.automatic
    /// How much it counts, in `predict` alone, that what is computed somewhere displaces what is
    /// cached there: the time that the request's own tokens take, once more for each time that the
    /// endpoint has had to make as much room of late as endpoints do on average, or, while next to
    /// nothing was sent, a twentieth of its cache. 0: not at all.
    ///
    /// Without it fast endpoints are asked for every new prompt as long as they idle, until they
    /// cache nothing for long, while slow ones keep what nobody needs.
    package var displacementWeight = 0.0

    /// Beyond it, more makes no difference.
    package static let secondsMax = 1e9

    package init() {}

    /// - Parameter promptTokens: of the whole prompt.
    /// - Returns: 0...`secondsMax`, whatever the figures say.
    package func seconds(
        at load: EndpointLoad,
        holding prefix: CachedPrefix,
        promptTokens: Int
    ) -> Double {
        seconds(at: load, own: Double(promptTokens) - prefix.tokensWorth(tierWeights))
    }

    /// Predicts for each candidate, in their order: all at once, so that what is known of an
    /// endpoint is looked at where it lies.
    ///
    /// - Parameter seconds: as many as there are candidates.
    /// - Returns: the fewest seconds. Infinite if there is no candidate.
    package func predict(
        _ candidates: Candidates,
        in context: SchedulingContext,
        into seconds: inout [Double]
    ) -> Double {
        let promptTokens = Double(context.request.promptTokens)
        let displacement = displacementPerToken(candidates, in: context)
        var cursor = PrefixCursor(source, in: context)
        var fewest = Double.infinity
        for index in 0..<candidates.count {
            let position = candidates[index]
            let own = promptTokens - cursor.tokensWorth(tierWeights, at: position)
            var time = self.seconds(at: context.loads[position], own: own)
            if displacement > 0 {
                let load = context.loads[position]
                let recent = max(0, load.recentTokens)
                time += displacement * recent * load.prefillRate.seconds(own: own)
            }
            seconds[index] = min(Self.secondsMax, time)
            fewest = min(fewest, seconds[index])
        }
        return fewest
    }

    /// What each token that a candidate was sent of late adds to the time that the request's own
    /// take, as a share of it. 0 if displacement does not count.
    private func displacementPerToken(
        _ candidates: Candidates,
        in context: SchedulingContext
    ) -> Double {
        guard displacementWeight > 0, !candidates.isEmpty else { return 0 }
        var (sum, floor) = (0.0, 0.0)
        for index in 0..<candidates.count {
            let load = context.loads[candidates[index]]
            sum += max(0, load.recentTokens)
            let capacity = Double(max(0, load.report.kvCacheTokens))
            floor += capacity > 0 ? capacity * Self.noticedShare : Self.noticedTokens
        }
        // Below that, hardly anything is displaced, however unevenly.
        let scale = max(sum, floor)
        return scale.isFinite ? displacementWeight * Double(candidates.count) / scale : 0
    }

    /// Of an endpoint's cache; what was sent of late counts in comparison with at least as much.
    private static let noticedShare = 0.05
    /// The same, in tokens, where the size of the cache is not known.
    private static let noticedTokens = 50_000.0

    /// - Parameter own: tokens of this request that are to be computed there.
    @inline(__always)
    private func seconds(at load: EndpointLoad, own: Double) -> Double {
        let own = max(0, own)
        let prefilling = Double(max(0, load.prefillingRequests))
        let ahead = Double(max(0, load.prefillingTokens))
        let others = Double(load.othersWaiting)
        let othersAhead = others > 0 ? others * (prefilling > 0 ? ahead / prefilling : own) : 0
        let computing = load.prefillRate.seconds(
            for: ahead + othersAhead + own + Self.overflow(of: ahead + own, at: load),
            squares: load.prefillingSquares + own * own
        )
        let queueing = max(0, (prefilling + others) * secondsPerWaitingRequest)
        return min(Self.secondsMax, computing + queueing)
    }

    /// The part of so many tokens for which the KV cache has no room beside what it reports to be in
    /// use. 0 if the engine does not tell how much it holds.
    private static func overflow(of tokens: Double, at load: EndpointLoad) -> Double {
        guard load.report.kvCacheTokens > 0 else { return 0 }
        // Not by what is in flight: prompts that share a prefix share its room.
        let free = Double(load.report.kvCacheTokens) * (1 - load.report.kvCacheUsage)
        return max(0, tokens - max(0, free))
    }
}

extension EndpointLoad {
    /// Requests in the engine's queue that cannot be this picker's: more than wait for their first
    /// token, and more than it has in flight at all beside those that run.
    @inline(__always)
    fileprivate var othersWaiting: Int {
        let waiting = Int(report.waitingRequests)
        let reported = waiting + Int(max(0, report.runningRequests))
        return max(0, min(waiting - Int(prefillingRequests), reported - Int(inFlightRequests)))
    }
}

extension PrefillRate {
    /// Of a prompt by itself, without the overhead.
    @inline(__always)
    fileprivate func seconds(own tokens: Double) -> Double {
        let tokens = max(0, tokens)
        return max(0, seconds(for: tokens, squares: tokens * tokens) - max(0, overheadSeconds))
    }

    @inline(__always)
    fileprivate func seconds(for tokens: Double, squares: Double) -> Double {
        let rate = tokensPerSecond > 0 ? tokensPerSecond : Self.defaultTokensPerSecond
        return max(0, overheadSeconds) + max(0, tokens / rate)
            + max(0, squares * secondsPerSquaredToken)
    }
}
