/// A queue in which models take turns: one that sends much waits behind its own requests, not
/// in front of those of others. Within a model, first come is first served.
struct FairQueue<Element> {
    private var lanes: [String: FIFO<Element>] = [:]
    /// The models that have anything waiting, each once, in the order of their turns.
    private var turns = FIFO<String>()
    private(set) var count = 0

    mutating func append(_ element: Element, of model: String) {
        if lanes[model] == nil { turns.append(model) }
        lanes[model, default: FIFO()].append(element)
        count += 1
    }

    mutating func popFirst() -> Element? {
        guard let model = turns.popFirst(), let element = lanes[model]?.popFirst() else {
            return nil
        }
        if lanes[model]?.isEmpty == true {
            lanes[model] = nil
        } else {
            turns.append(model)
        }
        count -= 1
        return element
    }
}
