import KVIndexer

/// The section `warmpath`: what llm-d's document has no place for.
extension KVCacheDraft {
    mutating func readOwn(_ section: inout ConfigSection) {
        section.read("keyMode", into: &config.indexer.keys.mode)
        section.read("engineSeeds", countMax: 6, into: &config.indexer.keys.engineSeeds)
        section.read("loraPaths", countMax: 10_000, into: &config.indexer.keys.adapterPaths)
        var folders: [String] = []
        section.read("tokenizerFolders", countMax: 64, into: &folders)
        folders.forEach { addTokenizerFolder($0) }
        section.readByteCount(
            "indexBytesMax",
            1 << 20...Int.max,
            into: &config.indexer.memory.bytesMax
        )
        section.read(
            "endpointBlocksMax",
            1...Self.countMax,
            into: &config.indexer.endpointBlocksMax
        )
        var uncertain = Duration.seconds(config.indexer.events.uncertainSeconds)
        section.read("uncertainTTL", .seconds(1) ... .seconds(86_400), into: &uncertain)
        config.indexer.events.uncertainSeconds = Int(uncertain.components.seconds)
        section.section("redis") { readRedis(&$0) }
        section.section("snapshot") { readSnapshot(&$0) }
        section.section("replay") { readReplay(&$0) }
        section.section("speculation") { speculation in
            speculation.read(
                "blocksMax",
                1...1_000_000,
                into: &config.indexer.speculation.blocksMax
            )
            speculation.read(
                "requestsMax",
                1...1_000_000,
                into: &config.indexer.speculation.requestsMax
            )
        }
    }

    private mutating func readRedis(_ section: inout ConfigSection) {
        section.read("namespace", into: &redis.namespace)
        section.read("ttlSeconds", 0...86_400 * 365, into: &redis.timeToLiveSeconds)
        section.read("connections", 1...256, into: &redis.connectionCount)
        section.read("timeoutMilliseconds", 1...60_000, into: &redis.timeoutMilliseconds)
        section.read("cacheMilliseconds", 0...600_000, into: &redis.cacheMilliseconds)
        section.read("cachedKeysMax", 0...Self.countMax, into: &redis.cachedKeysMax)
    }

    private mutating func readSnapshot(_ section: inout ConfigSection) {
        section.read("path", into: &config.indexer.snapshot.path)
        var interval = Duration.seconds(config.indexer.snapshot.intervalSeconds)
        section.read("interval", .seconds(1) ... .seconds(86_400), into: &interval)
        config.indexer.snapshot.intervalSeconds = Int(interval.components.seconds)
        var ageMax = Duration.seconds(config.indexer.snapshot.ageMaxSeconds)
        section.read("ageMax", .seconds(1) ... .seconds(86_400 * 7), into: &ageMax)
        config.indexer.snapshot.ageMaxSeconds = Int(ageMax.components.seconds)
        section.readByteCount(
            "bytesMax",
            1 << 20...Int.max,
            into: &config.indexer.snapshot.bytesMax
        )
        readSnapshotPeer(&section)
    }

    private mutating func readSnapshotPeer(_ section: inout ConfigSection) {
        section.readAddress(
            "peer",
            expected: "a URL such as \"http://warmpath-0:9090\"",
            into: &config.indexer.snapshot.peerURL,
            where: { $0.hasPrefix("http://") && $0.utf8.count > 7 }
        )
        var timeout = Duration.seconds(config.indexer.snapshot.peerTimeoutSeconds)
        section.read("peerTimeout", .seconds(1) ... .seconds(3600), into: &timeout)
        config.indexer.snapshot.peerTimeoutSeconds = Int(timeout.components.seconds)
    }

    private mutating func readReplay(_ section: inout ConfigSection) {
        let hour = Duration.seconds(3600)
        var replay = config.indexer.events.replay
        var timeout = Duration.milliseconds(replay.timeoutMilliseconds)
        section.read("timeout", .milliseconds(1)...hour, into: &timeout)
        replay.timeoutMilliseconds = timeout.wholeMilliseconds
        var idle = Duration.milliseconds(replay.idleMilliseconds)
        section.read("idle", .milliseconds(1)...hour, into: &idle)
        replay.idleMilliseconds = idle.wholeMilliseconds
        var cooldown = Duration.milliseconds(replay.cooldownMilliseconds)
        section.read("cooldown", .milliseconds(1)...hour, into: &cooldown)
        replay.cooldownMilliseconds = cooldown.wholeMilliseconds
        section.read("attempts", 1...1000, into: &replay.attemptsMax)
        section.read("concurrency", 1...256, into: &replay.concurrency)
        section.readByteCount("bufferBytes", 1 << 16...4 << 30, into: &replay.heldBytesMax)
        config.indexer.events.replay = replay
    }
}

extension Duration {
    /// Within what sections accept, so that nothing overflows.
    fileprivate var wholeMilliseconds: Int {
        Int(components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000)
    }
}
