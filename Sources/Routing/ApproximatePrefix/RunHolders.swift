/// An endpoint that holds a run, or the beginning of one.
struct RunHolder {
    /// `EndpointID.rawValue`.
    let endpoint: UInt32
    /// Held from the run's start; at least 1.
    var blocks: UInt32
    /// Where the run is in the endpoint's own list.
    var place: UInt32
}

/// Who holds a run, by ascending endpoint. Most runs have one holder, which needs no array.
///
/// Invariant: `several` is empty, or has at least two holders; then `single` is nil.
struct RunHolders {
    private var single: RunHolder?
    private var several: [RunHolder] = []

    var count: Int { single == nil ? several.count : 1 }

    subscript(index: Int) -> RunHolder {
        get { single ?? several[index] }
        set { if single == nil { several[index] = newValue } else { single = newValue } }
    }

    func index(of endpoint: UInt32) -> Int? {
        let index = firstIndex(from: 0, atLeast: endpoint)
        return index < count && self[index].endpoint == endpoint ? index : nil
    }

    /// The first holder that is not below `endpoint`, found in a time that grows with the
    /// logarithm of its distance from `start`.
    func firstIndex(from start: Int, atLeast endpoint: UInt32) -> Int {
        if let single { return start == 0 && single.endpoint < endpoint ? 1 : start }
        var (low, step) = (start, 1)
        while low + step <= several.count, several[low + step - 1].endpoint < endpoint {
            low += step
            step *= 2
        }
        var high = min(low + step, several.count)
        while low < high {
            let middle = (low + high) / 2
            if several[middle].endpoint < endpoint { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// - Precondition: the holder is not there, and belongs at `index`.
    mutating func insert(_ holder: RunHolder, at index: Int) {
        if let single {
            several = index == 0 ? [holder, single] : [single, holder]
            self.single = nil
        } else if several.isEmpty {
            single = holder
        } else {
            several.insert(holder, at: index)
        }
    }

    mutating func remove(at index: Int) {
        if single != nil {
            single = nil
            return
        }
        several.remove(at: index)
        if several.count == 1 {
            single = several[0]
            several = []
        }
    }
}
