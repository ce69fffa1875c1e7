import Domain

/// Event payloads as vLLM 0.22 publishes them.
enum EngineEvents {
    /// One batch with one event: the first blocks of a prompt that is different for each run.
    static func stored(blockCount: Int, blockSize: BlockSize, run: Int) -> [UInt8] {
        let tokenCount = blockCount * blockSize.tokenCount
        var bytes: [UInt8] = [0x93, 0xCB, 0x3F, 0xF8, 0, 0, 0, 0, 0, 0, 0x91, 0x9C]
        append("BlockStored", to: &bytes)
        appendArray(blockCount, to: &bytes)
        for block in 0..<blockCount {
            let hash = (UInt64(run) << 20 + UInt64(block) + 1) &* 0xD6E8_FEB8_6659_FD93
            bytes.append(0xCF)
            bytes += bigEndian(hash, 8)
        }
        bytes.append(0xC0)
        appendArray(tokenCount, to: &bytes)
        for token in 0..<tokenCount {
            bytes.append(0xCD)
            bytes += bigEndian(UInt64((token + run) & 0x7FFF + 256), 2)
        }
        bytes += [UInt8(blockSize.tokenCount), 0xC0]
        append("GPU", to: &bytes)
        bytes.append(0xC0)
        appendArray(blockCount, to: &bytes)
        bytes += [UInt8](repeating: 0xC0, count: blockCount)
        bytes.append(0)
        append("full_attention", to: &bytes)
        return bytes + [0xC0, 0]
    }

    private static func append(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(0xA0 | UInt8(text.utf8.count))
        bytes += Array(text.utf8)
    }

    private static func appendArray(_ count: Int, to bytes: inout [UInt8]) {
        bytes.append(0xDC)
        bytes += bigEndian(UInt64(count), 2)
    }

    private static func bigEndian(_ number: UInt64, _ size: Int) -> [UInt8] {
        (1...size).map { UInt8(truncatingIfNeeded: number >> (8 * (size - $0))) }
    }
}
