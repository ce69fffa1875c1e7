import Bytes
import JSON

/// Guesses which model a body names, without parsing it, so that models can take turns at the
/// threads that parse. A wrong guess costs a request its turn; or, if it gets none and is routed
/// unread, what is known of its adapter.
enum ModelHint {
    /// Clients write the model near one end of the body.
    private static let endBytes = 512
    private static let nameBytesMax = 128

    static func model(in body: Span<UInt8>) -> String {
        let start = body.extracting(0..<min(body.count, endBytes))
        if let model = find(in: start) { return model }
        return find(in: body.extracting(max(0, body.count - endBytes)..<body.count)) ?? ""
    }

    /// The string after the first `"model"` and its colon.
    private static func find(in text: Span<UInt8>) -> String? {
        let key: StaticString = "\"model\""
        let keyCount = key.utf8CodeUnitCount
        var index = 0
        while text.count - index > keyCount {
            guard text.extracting(index..<index + keyCount).equals(key) else {
                index += 1
                continue
            }
            index += keyCount
            while index < text.count, text[index] == 0x20 || text[index] == UInt8(ascii: ":") {
                index += 1
            }
            guard index < text.count, text[index] == UInt8(ascii: "\"") else { continue }
            var end = index + 1
            while end < text.count, text[end] != UInt8(ascii: "\"") { end += 1 }
            guard end < text.count, end - index <= nameBytesMax else { return nil }
            let name = (index + 1..<end).map { text[$0] }
            return String(decoding: name, as: UTF8.self)
        }
        return nil
    }
}
