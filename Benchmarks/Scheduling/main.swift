import Glibc

// Prints what a decision costs, or how policies compare on a trace.
//
// usage: SchedulingBenchmark
//        SchedulingBenchmark policies BLOCK_TOKENS SPEEDUP TRACE

let arguments = Array(CommandLine.arguments.dropFirst())
if arguments.isEmpty {
    DecisionBenchmark.run()
} else if arguments.count == 4, arguments[0] == "policies", let blockTokens = Int(arguments[1]),
    let speedup = Double(arguments[2])
{
    do {
        try PolicyBenchmark.run(
            Trace(path: arguments[3], blockTokens: blockTokens, speedup: speedup)
        )
    } catch {
        print("the trace cannot be read: \(error)")
        exit(1)
    }
} else {
    print("usage: SchedulingBenchmark [policies BLOCK_TOKENS SPEEDUP TRACE]")
    exit(2)
}
