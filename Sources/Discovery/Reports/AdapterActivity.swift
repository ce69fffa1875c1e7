/// The LoRA adapters that an engine has requests for, as its metrics tell. Bounded: what exceeds
/// the bounds is left out.
struct AdapterActivity: Equatable, Sendable {
    private(set) var running: Set<String> = []
    private(set) var waiting: Set<String> = []

    static let adaptersMax = 256

    init() {}

    /// - Parameters: names with commas between them.
    init(running: [UInt8], waiting: [UInt8]) {
        self.running = Self.names(running)
        self.waiting = Self.names(waiting)
    }

    /// Each counts once: vLLM lists one that runs as waiting too.
    var count: Int32 { Int32(running.union(waiting).count) }

    private static func names(_ list: [UInt8]) -> Set<String> {
        var names: Set<String> = []
        for name in list.split(separator: UInt8(ascii: ","), maxSplits: adaptersMax) {
            let name = name.drop { $0 == 0x20 }
            guard names.count < adaptersMax, AdapterRegistry.nameBytes.contains(name.count) else {
                continue
            }
            names.insert(String(decoding: name, as: UTF8.self))
        }
        return names
    }
}
