import Bytes
import Files
import JSON

/// One request of a trace in the format that Mooncake published: JSON lines with `timestamp` in
/// milliseconds, `input_length` and `output_length` in tokens, and `hash_ids`, one for each block
/// of the prompt, equal where prompts are equal up to the block's end.
struct TracedRequest {
    let seconds: Double
    let promptTokens: Int
    let outputTokens: Int
    let blocks: [UInt64]
}

struct Trace {
    let requests: [TracedRequest]
    let blockTokens: Int

    /// - Parameter speedup: how many times as fast as they came requests come.
    init(path: String, blockTokens: Int, speedup: Double) throws {
        self.blockTokens = blockTokens
        let bytes = try FileContents(of: path, byteCountMax: 1 << 30).bytes
        requests = try bytes.split(separator: UInt8(ascii: "\n")).map { line in
            let root = try JSONDocument(parsing: Array(line)).root
            var blocks: [UInt64] = []
            root["hash_ids"]?.forEachElement {
                blocks.append(UInt64(bitPattern: Int64($0.int ?? 0)))
            }
            return TracedRequest(
                seconds: (root["timestamp"]?.double ?? 0) / 1000 / speedup,
                promptTokens: root["input_length"]?.int ?? 0,
                outputTokens: root["output_length"]?.int ?? 0,
                blocks: blocks
            )
        }
    }
}
