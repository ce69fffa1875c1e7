import Domain
import Glibc
import Tokenizer

// Times our tokenizer on one vocabulary, as Benchmarks/Tokenizer/peer.py times others.
//
// usage: TokenizerBenchmark VOCABULARY TOKENIZER_JSON TEXTS_FOLDER

struct Benchmark {
    let vocabulary: String
    let textsFolder: String
    let tokenizer: PipelineTokenizer
    private let clock = ContinuousClock()

    init(vocabulary: String, path: String, textsFolder: String) throws {
        (self.vocabulary, self.textsFolder) = (vocabulary, textsFolder)
        let before = residentBytes()
        let start = clock.now
        tokenizer = try PipelineTokenizer.load(path: path)
        report("load", (clock.now - start) / .milliseconds(1), "ms")
        report("memory", Double(residentBytes() - before) / 1e6, "MB")
    }

    func run() {
        _ = microseconds(Array("Hello".utf8))  // makes what a first encode makes
        for kind in ["prose", "code", "multi"] {
            let texts = readTexts("\(textsFolder)/\(kind)")
            let byteCount = texts.reduce(0) { $0 + $1.count }
            let megabytesPerSecond = Double(byteCount) / texts.map(microseconds).reduce(0, +)
            print(
                "bench tokenizer/first-pass/\(vocabulary)/warmpath/\(kind)",
                "\(rounded(megabytesPerSecond)) MB/s"
            )
        }
        for text in readTexts("\(textsFolder)/warm") { _ = microseconds(text) }
        for name in ["unseen-4KB", "unseen-128KB"] {
            report(name, median(readTexts("\(textsFolder)/\(name)").map(microseconds)), "us")
        }
        let repeated = readTexts("\(textsFolder)/unseen-4KB")[0]
        report("repeat-4KB", median((0..<100).map { _ in microseconds(repeated) }), "us")
        for text in readTexts("\(textsFolder)/adversarial-257KB") {
            report("adversarial-257KB", microseconds(text) / 1000, "ms")
        }
    }

    /// Of one encode, the array of ids included.
    private func microseconds(_ text: [UInt8]) -> Double {
        var count = 0
        let duration = clock.measure {
            var tokens: [TokenID] = []
            tokenizer.encode(text.span, addSpecialTokens: false, to: &tokens)
            count = tokens.count
        }
        precondition(count > 0)
        return duration / .microseconds(1)
    }

    private func report(_ name: String, _ value: Double, _ unit: String) {
        print("bench tokenizer/\(name)/\(vocabulary)/warmpath \(rounded(value)) \(unit)")
    }
}

func rounded(_ value: Double) -> Double { Double(Int(value * 10)) / 10 }

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

func main() {
    let arguments = CommandLine.arguments
    guard arguments.count == 4 else {
        print("usage: TokenizerBenchmark VOCABULARY TOKENIZER_JSON TEXTS_FOLDER")
        exit(2)
    }
    do {
        let benchmark = try Benchmark(
            vocabulary: arguments[1],
            path: arguments[2],
            textsFolder: arguments[3]
        )
        benchmark.run()
    } catch {
        print("cannot load \(arguments[2]): \(error)")
        exit(1)
    }
}

main()
