import Domain
import Glibc
import KVIndexer
import Telemetry

/// Measures the index in a Redis of its own, on a unix socket. Prints nothing if no `redis-server`
/// is installed.
///
/// `store` is the time until Redis has everything, and what it costs the thread that stores. Of
/// lookups it prints the median: cold ones ask Redis for every block, warm ones for none.
enum RedisBenchmark {
    static func run() throws {
        guard let server = RedisProcess() else { return }
        defer { server.end() }
        try store(in: server)
        for (blockCount, endpointCount) in [(128, 1), (1_024, 1), (1_024, 64)] {
            try find(blockCount, heldBy: endpointCount, in: server)
        }
    }

    private static func store(in server: borrowing RedisProcess) throws {
        let index = try makeIndex(in: server, cacheMilliseconds: 0)
        guard let holder = open(1, in: index) else { return }
        let batchCount = 4_000
        let batches = (0..<batchCount).map { keys(128, of: $0) }
        let cpu = threadSeconds()
        let start = ContinuousClock.now
        for batch in batches {
            index.store(batch.span, in: holder, tier: .gpu, counting: .everyCopy)
        }
        let storing = (threadSeconds() - cpu) / Double(batchCount * 128)
        precondition(index.settle(within: .seconds(60)), "Redis has every block")
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        report("redis/store/128", seconds * 1e9 / Double(batchCount * 128), "ns/block")
        report("redis/store-cpu/128", storing * 1e9, "ns/block")
        index.close(holder)
        precondition(index.settle(within: .seconds(60)), "Redis has no block")
    }

    private static func find(
        _ blockCount: Int,
        heldBy endpointCount: Int,
        in server: borrowing RedisProcess
    ) throws {
        let writer = try makeIndex(in: server, cacheMilliseconds: 0)
        let prompt = keys(blockCount, of: 1_000_000 + blockCount + endpointCount)
        let holders = (1...endpointCount).compactMap { open(UInt32($0), in: writer) }
        for holder in holders {
            writer.store(prompt.span, in: holder, tier: .gpu, counting: .everyCopy)
        }
        precondition(writer.settle(within: .seconds(60)), "Redis has every block")
        for (name, cacheMilliseconds) in [("cold", 0), ("warm", 3_600_000)] {
            let index = try makeIndex(in: server, cacheMilliseconds: cacheMilliseconds)
            var matches = PrefixMatches(blockCount: blockCount)
            var samples: [Double] = []
            for round in 0..<201 {
                matches.reset(blockCount: blockCount)
                let start = ContinuousClock.now
                index.longestPrefixes(of: prompt.span, in: space, into: &matches)
                if round > 0 { samples.append((ContinuousClock.now - start) / .microseconds(1)) }
                precondition(matches.endpoints.count == endpointCount, "every holder is found")
                precondition(matches.endpoints.allSatisfy { $0.blocks == blockCount }, "whole")
            }
            samples.sort()
            report("redis/find-\(name)/\(blockCount)x\(endpointCount)", samples[100], "us")
        }
        for holder in holders { writer.close(holder) }
        precondition(writer.settle(within: .seconds(60)), "Redis has no block")
    }

    private static let space = KeySpaceID(rawValue: 0)

    private static func keys(_ count: Int, of sequence: Int) -> [BlockKey] {
        (0..<count).map { BlockKey(rawValue: Workload.number(seed: 5, owner: sequence, $0)) }
    }

    private static func open(_ endpoint: UInt32, in index: RedisIndex) -> HolderID? {
        let cache = CacheID(endpoint: EndpointID(rawValue: endpoint))
        return index.open(cache, in: space, as: .confirmed)
    }

    /// With the server up and idle.
    private static func makeIndex(
        in server: borrowing RedisProcess,
        cacheMilliseconds: Int
    ) throws -> RedisIndex {
        var config = RedisIndexConfig()
        config.address = server.address
        config.timeoutMilliseconds = 10_000
        config.cacheMilliseconds = cacheMilliseconds
        let names = RedisNames(
            endpointName: { "10.0.0.\($0.rawValue):8000" },
            endpoint: { name in
                UInt32(name.dropFirst(7).dropLast(5)).map { EndpointID(rawValue: $0) }
            },
            spaceName: { _ in "" }
        )
        let metrics = KVIndexerMetrics(registry: MetricsRegistry())
        let log = Log(level: .error)
        let index = try RedisIndex(config: config, names: names, metrics: metrics, log: log)
        precondition(index.settle(within: .seconds(30)), "the server starts")
        return index
    }
}

/// A `redis-server` on a unix socket in a folder of its own.
struct RedisProcess: ~Copyable {
    private let folder: String
    private let process: pid_t

    var address: String { "unix://\(folder)/redis.sock" }

    /// Nil if there is no such program.
    init?() {
        let temporary = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? P_tmpdir
        folder = "\(temporary)/redis-bench-\(getpid())"
        guard unsafe mkdir(folder, 0o700) == 0 else { return nil }
        let words = [
            "redis-server", "--port", "0", "--unixsocket", "\(folder)/redis.sock", "--save", "",
            "--logfile", "\(folder)/log",
        ]
        var arguments = unsafe words.map { unsafe strdup($0) }
        unsafe arguments.append(nil)
        defer { for place in words.indices { unsafe free(arguments[place]) } }
        var process = pid_t()
        guard unsafe posix_spawnp(&process, words[0], nil, nil, arguments, environ) == 0 else {
            unsafe rmdir(folder)
            return nil
        }
        self.process = process
    }

    func end() {
        kill(process, SIGKILL)
        waitpid(process, nil, 0)
        for name in ["redis.sock", "log"] { unsafe unlink("\(folder)/\(name)") }
        unsafe rmdir(folder)
    }
}
