/// An engine as far as routing cares: a cache of blocks that forgets the least recently used, and
/// one prompt computed after the other. Generating tokens takes nothing from that.
struct SimulatedEngine {
    private struct Node {
        var block: UInt64
        var previous: Int32
        var next: Int32
    }

    private let capacity: Int
    /// Of the reference simulator of Dynamo, divided by how many times as fast this engine is.
    private let speed: Double
    private var places: [UInt64: Int32] = [:]
    private var nodes: [Node] = []
    private var newest: Int32 = -1
    private var oldest: Int32 = -1
    /// When all that was sent here is computed.
    private(set) var freeAt = 0.0

    /// - Parameter capacity: blocks that its cache holds.
    init(capacity: Int, speed: Double) {
        self.capacity = capacity
        self.speed = speed
    }

    func matchedBlocks(of blocks: [UInt64]) -> Int {
        blocks.firstIndex { places[$0] == nil } ?? blocks.count
    }

    /// Computes a prompt as soon as it can. Returns when its first token comes.
    mutating func serve(_ blocks: [UInt64], uncachedTokens: Int, at seconds: Double) -> Double {
        freeAt = max(freeAt, seconds) + Self.secondsToCompute(uncachedTokens) / speed
        // The last block first: a prompt's beginning is the last that is forgotten of it.
        for block in blocks.reversed() { touch(block) }
        return freeAt
    }

    /// The polynomial of Dynamo's simulated engine, fitted to a real one.
    static func secondsToCompute(_ tokens: Int) -> Double {
        let count = Double(tokens)
        return (4.209989e-07 * count * count + 1.518344e-02 * count + 16.50142) / 1000
    }

    private mutating func touch(_ block: UInt64) {
        if let place = places[block] {
            unlink(place)
            link(place)
            return
        }
        var place = Int32(nodes.count)
        if nodes.count < capacity {
            nodes.append(Node(block: block, previous: -1, next: -1))
        } else {
            place = oldest
            unlink(place)
            places[nodes[Int(place)].block] = nil
            nodes[Int(place)].block = block
        }
        places[block] = place
        link(place)
    }

    private mutating func link(_ place: Int32) {
        nodes[Int(place)].previous = newest
        nodes[Int(place)].next = -1
        if newest >= 0 { nodes[Int(newest)].next = place } else { oldest = place }
        newest = place
    }

    private mutating func unlink(_ place: Int32) {
        let node = nodes[Int(place)]
        if node.previous >= 0 {
            nodes[Int(node.previous)].next = node.next
        } else {
            oldest = node.next
        }
        if node.next >= 0 {
            nodes[Int(node.next)].previous = node.previous
        } else {
            newest = node.previous
        }
    }
}
