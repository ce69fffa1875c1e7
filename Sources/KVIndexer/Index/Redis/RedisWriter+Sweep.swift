import Domain
import Redis
import Synchronization
import Telemetry

extension RedisWriter {
    /// Keys that SCAN looks at in one call.
    private static let keysPerScan: UInt64 = 512
    private static let scanTimeout = Duration.seconds(5)

    /// A field of ours in a block's hash.
    private struct Finding: Sendable {
        let claim: RedisClaim
        let tier: UInt8
        let block: BlockKey
    }

    /// Looks at some keys, and removes fields of ours that none of our holders has.
    func advance(_ sweep: inout RedisSweep) throws(RedisError) {
        let deadline = ContinuousClock.now + RedisWriter.scanTimeout
        let now = sweep
        let (cursor, findings) = try countingErrors { () throws(RedisError) in
            try pool.perform(until: deadline) { connection throws(RedisError) in
                let (cursor, keys) = try self.scan(now.cursor, on: &connection, until: deadline)
                let blocks = keys.flatMap { key in
                    now.blocks(ofKey: key).map { (key: key, prefix: $0.prefix, block: $0.block) }
                }
                var commands = RedisCommands()
                for block in blocks {
                    commands.begin("HKEYS", argumentCount: 1)
                    commands.append(block.key)
                }
                try connection.send(commands, until: deadline)
                var findings: [Finding] = []
                for block in blocks {
                    for field in try connection.receiveTexts(until: deadline) {
                        guard let (claim, tier) = now.claim(ofField: field, at: block.prefix)
                        else { continue }
                        findings.append(Finding(claim: claim, tier: tier, block: block.block))
                    }
                }
                return (cursor, findings)
            }
        }
        try remove(findings)
        sweep.cursor = cursor
        guard cursor == Array("0".utf8) else { return }
        sweep.isOver = true
        for claim in sweep.end() { claims.review(claim) }
    }

    private func remove(_ findings: [Finding]) throws(RedisError) {
        var batch = RedisBatch(timeToLiveSeconds: config.timeToLiveSeconds)
        for finding in findings {
            finding.claim.state.withLock { state in
                let tier = UInt8(1) << finding.tier
                guard state.tiers(of: finding.block) & tier == 0 else { return }
                batch.bring(finding.block, of: finding.claim, to: state, tiers: tier)
            }
            if batch.isFull { try send(&batch) }
        }
        try send(&batch)
    }

    private func scan(
        _ cursor: [UInt8],
        on connection: inout RedisConnection,
        until deadline: ContinuousClock.Instant
    ) throws(RedisError) -> (cursor: [UInt8], keys: [[UInt8]]) {
        var commands = RedisCommands()
        commands.begin("SCAN", argumentCount: 7)
        commands.append(cursor)
        commands.append("MATCH")
        commands.append(pattern)
        commands.append("COUNT")
        commands.append(digitsOf: RedisWriter.keysPerScan)
        commands.append("TYPE")
        commands.append("hash")
        try connection.send(commands, until: deadline)
        let texts = try connection.receiveTexts(until: deadline)
        guard let cursor = texts.first else { throw .malformedReply }
        return (cursor, Array(texts.dropFirst()))
    }

    /// Every key of our namespace. Characters that mean something to SCAN are escaped.
    private var pattern: String {
        let special = #"*?[]\^-"#
        return config.namespace.map { special.contains($0) ? "\\\($0)" : "\($0)" }.joined() + "*"
    }

    private func countingErrors<R>(
        _ body: () throws(RedisError) -> R
    ) throws(RedisError) -> R {
        do throws(RedisError) {
            return try body()
        } catch {
            metrics.redisErrors(during: "sweep").add()
            throw error
        }
    }
}

extension RedisConnection {
    /// Every text of the next reply, at whatever depth.
    fileprivate mutating func receiveTexts(
        until deadline: ContinuousClock.Instant
    ) throws(RedisError) -> [[UInt8]] {
        if case .error(let message) = try receive(until: deadline) {
            if message.hasPrefix("WRONGTYPE") { return [] }
            throw .server(message)
        }
        var texts: [[UInt8]] = []
        for index in 0..<nodeCount {
            guard case .text(let byteCount) = node(at: index) else { continue }
            let text = text(of: index)
            texts.append((0..<byteCount).map { text[$0] })
        }
        return texts
    }
}
