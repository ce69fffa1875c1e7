import Domain
import Glibc
import Tokenizer

// Prints microseconds for each encode of texts that peer.py encodes too.
//
// usage: TokenizerBenchmark TOKENIZER_JSON TEXTS_FILE

/// Texts are in one file, each after its count of bytes on a line of its own.
func readTexts(_ path: String) -> [[UInt8]] {
    guard let file = unsafe fopen(path, "r") else { fatalError("cannot open \(path)") }
    defer { unsafe fclose(file) }
    var texts: [[UInt8]] = []
    var count = 0
    while unsafe fgetCount(file, &count) {
        var text = [UInt8](repeating: 0, count: count)
        precondition(unsafe fread(&text, 1, count, file) == count, "the file ends in a text")
        texts.append(text)
    }
    return texts
}

/// Reads a line that holds a number.
func fgetCount(_ file: UnsafeMutablePointer<FILE>, _ count: inout Int) -> Bool {
    count = 0
    var digitCount = 0
    while true {
        let character = unsafe fgetc(file)
        if character == EOF { return false }
        if character == 10 { return digitCount > 0 }
        count = count * 10 + Int(character - 48)
        digitCount += 1
    }
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

func report(_ name: String, _ durations: [Duration]) {
    let microseconds = durations.map { $0 / .microseconds(1) }
    let value = Double(Int(median(microseconds) * 10)) / 10
    print("bench tokenizer/\(name)/warmpath \(value) us")
}

func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 3 else {
        print("usage: TokenizerBenchmark TOKENIZER_JSON TEXTS_FILE")
        exit(2)
    }
    let clock = ContinuousClock()
    let loadStart = clock.now
    let tokenizer = try PipelineTokenizer.load(path: arguments[1])
    report("load/llama3", [clock.now - loadStart])

    let texts = readTexts(arguments[2])
    var tokens: [TokenID] = []
    for kilobytes in [4, 128] {
        let sized = texts.filter { abs($0.count - kilobytes << 10) < 16 }
        var durations: [Duration] = []
        for text in sized {
            tokens.removeAll(keepingCapacity: true)
            durations.append(
                clock.measure { tokenizer.encode(text.span, addSpecialTokens: false, to: &tokens) }
            )
        }
        report("unseen-\(kilobytes)KB/llama3", durations)
        durations = []
        let repeated = sized[0]
        for _ in 0..<200 {
            tokens.removeAll(keepingCapacity: true)
            durations.append(
                clock.measure {
                    tokenizer.encode(repeated.span, addSpecialTokens: false, to: &tokens)
                }
            )
        }
        report("repeat-\(kilobytes)KB/llama3", durations)
    }
}

try main()
