import Glibc

/// Measures the index and the way of events into it. Which parts, its arguments tell; without
/// any it measures all that needs no other program.
@main enum IndexBenchmark {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch arguments.first {
        case nil:
            try CoreBenchmark.run()
            HashBenchmark.run()
            try EventBenchmark.run()
        case "core": try CoreBenchmark.run()
        case "hash": HashBenchmark.run()
        case "ingest": try IngestBenchmark.run(Array(arguments.dropFirst()))
        case "redis": try RedisBenchmark.run()
        case "events": try EventBenchmark.run()
        case "publish": try EventPublisher.run(Array(arguments.dropFirst()))
        case "scale":
            try ScaleBenchmark.run(millionsOfKeys: arguments.dropFirst().compactMap(Int.init))
        default:
            print(
                "usage: IndexBenchmark [core|hash|events|ingest 128|ingest 1|redis|publish …|scale MILLIONS…]"
            )
            exit(2)
        }
    }
}
