/// Finds the leftmost, and of those the longest, of a set of added tokens.
///
/// A byte trie. A search costs the text's length times at most the longest token's; text without
/// a token's first byte is passed over at a table lookup per byte.
struct AddedTokenTrie: Sendable {
    private struct Node: BitwiseCopyable {
        var byte: UInt8
        var firstChild = noNode
        var nextSibling = noNode
        var token = noNode
    }

    private static let noNode: Int32 = -1

    /// A token found in a text.
    struct Match {
        let start: Int
        let end: Int
        let token: AddedToken
    }

    private let tokens: [AddedToken]
    private var nodes: [Node] = []
    /// The first byte of every token, eight times, if it is the same one: it usually is "<".
    private var onlyFirstByte: UInt64?
    /// The node of each first byte.
    private var roots = [Int32](repeating: noNode, count: 256)

    /// - Parameter spelling: what to search for instead of a token's content. Of tokens that are
    ///   spelled alike the first is found; what is spelled as nothing is not.
    init(_ tokens: [AddedToken], spelling: (AddedToken) -> [UInt8] = \.content) {
        self.tokens = tokens
        let spelled = tokens.map(spelling)
        for (index, text) in spelled.enumerated() { insert(text, token: Int32(index)) }
        let firstBytes = Set(spelled.compactMap(\.first))
        if firstBytes.count == 1, let byte = firstBytes.first {
            onlyFirstByte = UInt64(byte) &* 0x0101_0101_0101_0101
        }
    }

    /// The first match that starts at `start` or later.
    func firstMatch(in text: Span<UInt8>, from start: Int) -> Match? {
        guard !nodes.isEmpty else { return nil }
        let roots = roots.span
        var index = start
        while index < text.count {
            if let onlyFirstByte { index = Self.runEnd(without: onlyFirstByte, text, from: index) }
            if let onlyFirstByte, text.count - index >= 8 {
                // The lowest zero byte is the first that is equal; without one, there are eight
                // bytes to pass over.
                let different = text.eightBytes(at: index) ^ onlyFirstByte
                let zeros = (different &- 0x0101_0101_0101_0101) & ~different
                let passed = (zeros & 0x8080_8080_8080_8080).trailingZeroBitCount >> 3
                index += passed
                if passed == 8 { continue }
            }
            let root = roots[Int(text[index])]
            if root != Self.noNode, let match = longestMatch(in: text, at: index, root: root) {
                return match
            }
            index += 1
        }
        return nil
    }

    /// Passes over whole runs of 32 bytes without `byte`, which is there eight times. Stops before
    /// the end of the text. No run waits for what the one before it contains.
    @inline(__always)
    private static func runEnd(
        without byte: UInt64,
        _ text: Span<UInt8>,
        from start: Int
    ) -> Int {
        var index = start
        while text.count &- index > 32 {
            var zeros: UInt64 = 0
            for offset in stride(from: 0, to: 32, by: 8) {
                // In bounds by the condition.
                let different = unsafe text.eightBytes(uncheckedAt: index &+ offset) ^ byte
                zeros |= (different &- 0x0101_0101_0101_0101) & ~different
            }
            guard zeros & 0x8080_8080_8080_8080 == 0 else { break }
            index &+= 32
        }
        return index
    }

    private func longestMatch(in text: Span<UInt8>, at start: Int, root: Int32) -> Match? {
        var node = nodes[Int(root)]
        var index = start + 1
        var longest: Match?
        while true {
            if node.token != Self.noNode {
                longest = Match(start: start, end: index, token: tokens[Int(node.token)])
            }
            guard index < text.count else { return longest }
            var child = node.firstChild
            while child != Self.noNode, nodes[Int(child)].byte != text[index] {
                child = nodes[Int(child)].nextSibling
            }
            guard child != Self.noNode else { return longest }
            node = nodes[Int(child)]
            index += 1
        }
    }

    private mutating func insert(_ content: [UInt8], token: Int32) {
        guard let first = content.first else { return }
        if roots[Int(first)] == Self.noNode {
            nodes.append(Node(byte: first))
            roots[Int(first)] = Int32(nodes.count - 1)
        }
        var parent = Int(roots[Int(first)])
        for byte in content.dropFirst() { parent = child(of: parent, byte: byte) }
        if nodes[parent].token == Self.noNode { nodes[parent].token = token }
    }

    private mutating func child(of parent: Int, byte: UInt8) -> Int {
        var child = nodes[parent].firstChild
        while child != Self.noNode, nodes[Int(child)].byte != byte {
            child = nodes[Int(child)].nextSibling
        }
        if child != Self.noNode { return Int(child) }
        nodes.append(Node(byte: byte, nextSibling: nodes[parent].firstChild))
        nodes[parent].firstChild = Int32(nodes.count - 1)
        return nodes.count - 1
    }
}
