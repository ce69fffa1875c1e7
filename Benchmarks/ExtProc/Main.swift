import Glibc

// Prints what one request costs an ext_proc server: CPU time of its process, over real gRPC on
// loopback, and the time until the gateway may send the request on.
//
// usage: ExtProcBenchmark TOKENIZER_JSON

/// The server runs in a process of its own, so that its CPU time is apart from the client's.
@main enum ExtProcBenchmark {
    static func main() async throws {
        var arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.first == "--server", arguments.count == 3 {
            return try await BenchmarkServer.run(routing: arguments[1], tokenizer: arguments[2])
        }
        guard let tokenizer = arguments.popLast(), arguments.isEmpty else {
            print("usage: ExtProcBenchmark TOKENIZER_JSON")
            exit(2)
        }
        for routing in ["real", "none"] {
            let server = try ServerProcess.start(["--server", routing, tokenizer])
            let suffix = routing == "real" ? "" : "-without-routing"
            for size in BodySize.allCases {
                let figures = await measure(server, size)
                report("cpu-per-request\(suffix)/\(size.rawValue)", figures.cpuMicroseconds)
                report("latency-p50\(suffix)/\(size.rawValue)", figures.latency(atPercentile: 50))
                report("latency-p99\(suffix)/\(size.rawValue)", figures.latency(atPercentile: 99))
            }
            server.stop()
        }
    }

    /// The median of the rounds, which the few that other processes disturb do not move.
    private static func measure(_ server: borrowing ServerProcess, _ size: BodySize) async
        -> Figures
    {
        let gateway = BenchmarkGateway(to: "127.0.0.1:\(server.port)", size)
        _ = await gateway.exchange(requestCount: size.requestCount / 4)  // warm-up
        var rounds: [Figures] = []
        for _ in 0..<5 {
            let before = server.cpuSeconds
            let latencies = await gateway.exchange(requestCount: size.requestCount)
            let seconds = server.cpuSeconds - before
            rounds.append(
                Figures(
                    cpuMicroseconds: seconds * 1e6 / Double(size.requestCount),
                    latencies: latencies
                )
            )
        }
        rounds.sort { $0.cpuMicroseconds < $1.cpuMicroseconds }
        return rounds[rounds.count / 2]
    }

    private static func report(_ name: String, _ microseconds: Double) {
        print("bench extproc/\(name) \(Double(Int(microseconds * 10)) / 10) us")
    }
}

/// What one round of requests showed.
struct Figures {
    let cpuMicroseconds: Double
    let latencies: [Duration]

    func latency(atPercentile percentile: Int) -> Double {
        let sorted = latencies.sorted()
        return sorted[sorted.count * percentile / 100] / .microseconds(1)
    }
}
