import BlockKeys
package import Domain
import Glibc
import Telemetry

/// Where an engine announces what its KV cache holds.
package protocol EventPublisher: Sendable {
    func publish(number: UInt64, payload: [UInt8])
}

/// One simulated engine: plays `EngineCore`'s steps in time, hands tokens out as they come, and
/// publishes one batch of events for each step that has some.
package actor Engine {
    /// A token, handed out when the step that made it ends.
    package struct Token: Sendable {
        package let text: [UInt8]
        /// Prompt tokens that were in the cache.
        package let cachedCount: Int
        package let isLast: Bool
    }

    private struct Client {
        let submitted: ContinuousClock.Instant
        let tokens: AsyncStream<Token>.Continuation
    }

    /// A step that begins late by less than this catches up; sleeping is not that exact.
    private static let lateness = Duration.milliseconds(20)

    package nonisolated let config: EngineConfig
    package nonisolated let metrics: EngineMetrics
    private let vocabulary: Vocabulary
    private let work = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    private let clock = ContinuousClock()

    private var core: EngineCore
    private var clients: [UInt64: Client] = [:]
    private var lastID: UInt64 = 0
    private var batchNumber: UInt64 = 0
    private var failuresLeft: Int

    package init(_ config: EngineConfig, vocabulary: Vocabulary) {
        precondition(!vocabulary.isEmpty, "an engine needs words to answer with")
        self.config = config
        self.vocabulary = vocabulary
        metrics = EngineMetrics(config)
        core = EngineCore(config, vocabulary: vocabulary)
        failuresLeft = config.failingRequests
    }

    package var cacheUsage: Double { core.pool.usage }

    /// Whether the next request is one of those that are to fail.
    package func takeFailure() -> Bool {
        guard failuresLeft > 0 else { return false }
        failuresLeft -= 1
        return true
    }

    /// Begins a request, which must be within `EngineCore.sequenceTokensMax`. Who stops listening
    /// before the last token must `abort`.
    package func submit(
        _ prompt: [TokenID],
        outputMax: Int,
        scope: TokenSequence.Scope
    ) -> (id: UInt64, tokens: AsyncStream<Token>) {
        lastID += 1
        let (tokens, continuation) = AsyncStream<Token>.makeStream()
        clients[lastID] = Client(submitted: clock.now, tokens: continuation)
        core.submit(id: lastID, prompt: prompt, outputMax: outputMax, scope: scope)
        measure()
        work.continuation.yield()
        return (lastID, tokens)
    }

    /// Gives a request up. Does nothing if it has ended.
    package func abort(_ id: UInt64) {
        guard let client = clients.removeValue(forKey: id) else { return }
        client.tokens.finish()
        core.abort(id: id)
        measure()
    }

    /// Empties the prefix cache, unless requests are using it. Returns whether it did. vLLM would
    /// publish this with its next step; here it is published even if there is none.
    package func resetPrefixCache() -> Bool {
        defer { work.continuation.yield() }
        return core.reset()
    }

    /// Works until the task is cancelled.
    package func run(publishingTo publisher: any EventPublisher) async {
        var stepEnd = clock.now
        while !Task.isCancelled {
            publishEvents(to: publisher)
            guard let step = core.beginStep() else {
                await waitForWork()
                stepEnd = clock.now
                continue
            }
            began(step)
            stepEnd = max(stepEnd, clock.now - Engine.lateness) + step.duration / config.timeScale
            try? await clock.sleep(until: stepEnd)
            for output in core.endStep(step) { deliver(output) }
            measure()
        }
        for client in clients.values { client.tokens.finish() }
    }

    private func waitForWork() async {
        var signals = work.stream.makeAsyncIterator()
        _ = await signals.next(isolation: self)
    }

    private func began(_ step: EngineCore.Step) {
        for admission in step.admitted {
            metrics.prefixCacheQueries.add(UInt64(admission.promptCount))
            metrics.prefixCacheHits.add(UInt64(admission.cachedCount))
            metrics.promptTokens.add(UInt64(admission.promptCount))
        }
        measure()
    }

    private func deliver(_ output: EngineCore.Output) {
        metrics.generationTokens.add()
        guard let client = clients[output.id] else { return }
        if output.isFirst {
            let wait = client.submitted.duration(to: clock.now)
            metrics.timeToFirstToken.record(wait / .seconds(1))
        }
        let token = Token(
            text: vocabulary.text(output.word, isFirst: output.isFirst),
            cachedCount: output.cachedCount,
            isLast: output.isLast
        )
        client.tokens.yield(token)
        guard output.isLast else { return }
        client.tokens.finish()
        clients[output.id] = nil
        metrics.requestSuccess.add()
    }

    private func measure() {
        metrics.running.set(Int64(core.running.count))
        metrics.waiting.set(Int64(core.waiting.count))
        metrics.adapters?.record(
            running: core.running.compactMap { $0.scope.adapter?.name },
            waiting: core.waiting.compactMap { $0.scope.adapter?.name },
            time: Self.now
        )
    }

    private func publishEvents(to publisher: any EventPublisher) {
        let events = core.takeEvents()
        guard !events.isEmpty else { return }
        publisher.publish(
            number: batchNumber,
            payload: EventBatchEncoder.encode(events, timestamp: Self.now)
        )
        batchNumber += 1
    }

    /// Seconds since 1970.
    private static var now: Double {
        var now = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &now)
        return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
    }
}
