import Domain
import Glibc
import ZMQ

/// Engines that publish as fast as they can, in a process of their own, so that its time is not
/// the index's. What it prints and reads is for whoever started it:
///
/// 1. It prints the addresses of its engines, as a JSON array, and waits for a subscriber of each.
/// 2. It prints `subscribed`, and waits for a line.
/// 3. It publishes everything, and prints the tokens of each engine's last prompt, as JSON.
/// 4. It stays until its input ends.
enum EventPublisher {
    static let endpointCount = 8
    static func workload(blocks: Int) -> Workload {
        Workload(placementCount: blocks, endpointCount: endpointCount)
    }

    /// - Parameter arguments: Blocks in a message, and blocks in all.
    static func run(_ arguments: [String]) throws {
        let numbers = arguments.compactMap(Int.init)
        guard numbers.count == 2, numbers.allSatisfy({ $0 > 0 }) else {
            print("usage: IndexBenchmark publish BLOCKS-PER-MESSAGE BLOCKS")
            exit(2)
        }
        let workload = workload(blocks: numbers[1])
        let context = try ZMQContext()
        var engines: [Engine] = []
        var addresses: [String] = []
        for endpoint in 0..<endpointCount {
            let socket = try PublisherSocket.open(
                "tcp://127.0.0.1:*",
                sendQueueMessagesMax: 0,
                in: context
            )
            addresses.append("\"\(try socket.address())\"")
            engines.append(Engine(socket: socket, endpoint: endpoint))
        }
        say("[\(addresses.joined(separator: ","))]")
        for engine in engines { engine.encode(workload, batch: numbers[0]) }
        for engine in engines {
            guard try engine.socket.awaitSubscriber(timeoutMilliseconds: 120_000) else { exit(1) }
        }
        say("subscribed")
        guard readLine() != nil else { return }
        try publish(engines)
        let last = (0..<endpointCount).map { endpoint in
            let sequence = workload.sequenceCount - endpointCount + endpoint
            let tokens = EngineEvents.tokens(of: sequence, in: workload)
            return "[\(tokens.map { String($0.rawValue) }.joined(separator: ","))]"
        }
        say("[\(last.joined(separator: ","))]")
        while readLine() != nil {}
    }

    /// In turns, as if the engines worked at the same time.
    private static func publish(_ engines: [Engine]) throws {
        let messageCount = engines.map(\.payloads.count).max() ?? 0
        for number in 0..<messageCount {
            for engine in engines where number < engine.payloads.count {
                let payload = engine.payloads[number]
                try engine.socket.send(
                    topic: [UInt8]().span,
                    number: UInt64(number),
                    payload: payload.span
                )
            }
        }
    }

    private static func say(_ line: String) {
        print(line)
        fflush(nil)
    }

    private final class Engine {
        var socket: PublisherSocket
        let endpoint: Int
        private(set) var payloads: [[UInt8]] = []

        init(socket: consuming PublisherSocket, endpoint: Int) {
            self.socket = socket
            self.endpoint = endpoint
        }

        func encode(_ workload: Workload, batch: Int) {
            let mine = stride(from: endpoint, to: workload.sequenceCount, by: endpointCount)
            for sequence in mine {
                payloads += EngineEvents.payloads(of: sequence, in: workload, batch: batch)
            }
        }
    }
}
