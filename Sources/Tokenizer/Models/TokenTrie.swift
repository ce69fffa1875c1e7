/// Tokens by their bytes, for finding those that a text goes on with.
///
/// A byte trie whose edges are one open-addressed table: a step costs one lookup, however many
/// children a node has.
struct TokenTrie: Sendable {
    /// A place in the trie: what has been read of a token.
    typealias Node = UInt32

    static let root: Node = 0
    /// The id of a node at which no token ends.
    static let noToken = UInt32.max

    /// Node and byte, plus one; 0 marks a free slot.
    private var keys = [UInt64](repeating: 0, count: 1 << 10)
    private var children = [Node](repeating: 0, count: 1 << 10)
    private var edgeCount = 0
    private var tokens: [UInt32] = [noToken]

    init() {}

    /// The token that ends at `node`.
    func token(at node: Node) -> UInt32 { tokens[Int(node)] }

    /// Where `byte` leads to from `node`; nil if no token goes on with it.
    @inline(__always)
    func child(of node: Node, byte: UInt8) -> Node? {
        let slot = slot(of: Self.key(node, byte))
        return keys[slot] == 0 ? nil : children[slot]
    }

    /// Where `bytes` lead to from the root.
    func node(of bytes: Span<UInt8>) -> Node? {
        var node = Self.root
        for index in bytes.indices {
            guard let next = child(of: node, byte: bytes[index]) else { return nil }
            node = next
        }
        return node
    }

    /// Stores a token; of a repeated one the last id counts.
    mutating func store(_ token: Span<UInt8>, id: UInt32) {
        var node = Self.root
        for index in token.indices { node = childMade(of: node, byte: token[index]) }
        tokens[Int(node)] = id
    }

    private mutating func childMade(of node: Node, byte: UInt8) -> Node {
        let key = Self.key(node, byte)
        let slot = slot(of: key)
        if keys[slot] != 0 { return children[slot] }
        let child = Node(tokens.count)
        tokens.append(Self.noToken)
        (keys[slot], children[slot]) = (key, child)
        edgeCount += 1
        if edgeCount * 2 > keys.count { grow() }
        return child
    }

    private mutating func grow() {
        let (oldKeys, oldChildren) = (keys, children)
        keys = [UInt64](repeating: 0, count: oldKeys.count * 2)
        children = [Node](repeating: 0, count: oldKeys.count * 2)
        for (key, child) in zip(oldKeys, oldChildren) where key != 0 {
            let slot = slot(of: key)
            (keys[slot], children[slot]) = (key, child)
        }
    }

    @inline(__always)
    private static func key(_ node: Node, _ byte: UInt8) -> UInt64 {
        (UInt64(node) << 8 | UInt64(byte)) + 1
    }

    @inline(__always)
    private func slot(of key: UInt64) -> Int {
        let mask = keys.count - 1
        var slot = Int(truncatingIfNeeded: WordHash.mixed(key)) & mask
        while keys[slot] != 0, keys[slot] != key { slot = (slot + 1) & mask }
        return slot
    }
}
