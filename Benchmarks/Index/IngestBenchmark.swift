import BlockKeys
import Domain
import Foundation
import KVIndexer
import Telemetry
import ZMQ

/// Measures the way of events from the network to the index: engines in a process of their own
/// publish as fast as they can, and this process follows them as the picker does. What is told is
/// the CPU time of all of this process until every engine's last prompt is found.
enum IngestBenchmark {
    /// Each in a process of its own: what one leaves behind costs the next one time.
    static func run(_ arguments: [String]) throws {
        switch arguments.first {
        case "128": try run(batch: 128, blocks: 1 << 20)
        case "1": try run(batch: 1, blocks: 1 << 18)
        default: print("usage: IndexBenchmark ingest 128|1")
        }
    }

    private static func run(batch: Int, blocks: Int) throws {
        let publisher = try PublisherProcess(batch: batch, blocks: blocks)
        defer { publisher.stop() }
        let addresses = try publisher.nextLine()
            .trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
            .split(separator: ",").map { $0.trimmingCharacters(in: ["\""]) }
        let pool = try Pool(addresses)
        guard try publisher.nextLine() == "subscribed" else { throw Failure() }
        warmMemory()
        let start = processSeconds()
        publisher.go()
        let workload = EventPublisher.workload(blocks: blocks)
        let prompts = (0..<EventPublisher.endpointCount).map { endpoint in
            let sequence = workload.sequenceCount - EventPublisher.endpointCount + endpoint
            return EngineEvents.tokens(of: sequence, in: workload)
        }
        let made = processSeconds() - start
        for (endpoint, prompt) in prompts.enumerated() {
            while pool.blocks(of: prompt, at: endpoint) < workload.depth { usleep(2_000) }
        }
        let time = processSeconds() - start - made
        report("zmq-ingest/\(batch)/warmpath", time * 1e9 / Double(blocks), "ns/block")
        withExtendedLifetime(pool) {}
    }

    struct Failure: Error {}

    /// What follows the engines.
    private final class Pool {
        private let lookup: PromptLookup
        private let subscribers: SubscriberRegistry

        init(_ addresses: [String]) throws {
            let index = CoreBenchmark.makeIndex()
            let spaces = KeySpaceRegistry()
            var config = KVIndexerConfig()
            config.blockSize = EngineEvents.blockSize
            config.model = "model"
            lookup = PromptLookup(in: index, spaces: spaces, config: config)
            subscribers = try SubscriberRegistry(
                feed: FeedContext(
                    index: index,
                    spaces: spaces,
                    config: config,
                    metrics: KVIndexerMetrics(registry: MetricsRegistry()),
                    log: Log(level: .error)
                ),
                zmq: try ZMQContext()
            )
            subscribers.reconcile(
                with: EndpointSnapshot(
                    generation: 1,
                    endpoints: addresses.enumerated().map { number, address in
                        Endpoint(
                            id: EndpointID(rawValue: UInt32(number)),
                            name: "engine-\(number)",
                            address: "127.0.0.1:\(number)",
                            kvEventsAddress: address
                        )
                    }
                )
            )
        }

        func blocks(of prompt: [TokenID], at endpoint: Int) -> Int {
            let blocks = lookup.blocks(of: prompt.span, in: PromptScope(model: "model"))
            return lookup.longestPrefixes(of: blocks)
                .blocks(at: EndpointID(rawValue: UInt32(endpoint)))
        }
    }

    /// This program again, as engines.
    private final class PublisherProcess {
        private let process = Process()
        private let input = Pipe()
        private let output = Pipe()
        private var pending: [UInt8] = []

        init(batch: Int, blocks: Int) throws {
            process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
            process.arguments = ["publish", "\(batch)", "\(blocks)"]
            process.standardInput = input
            process.standardOutput = output
            try process.run()
        }

        func nextLine() throws -> String {
            while true {
                if let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                    defer { pending.removeFirst(end + 1) }
                    return String(decoding: pending[..<end], as: UTF8.self)
                }
                let more = output.fileHandleForReading.availableData
                if more.isEmpty { throw Failure() }
                pending += [UInt8](more)
            }
        }

        func go() { input.fileHandleForWriting.write(Data("go\n".utf8)) }

        func stop() {
            process.terminate()
            process.waitUntilExit()
        }
    }
}
