/// A Python dict with string keys: remembers the order in which keys were first set.
///
/// Finding a key takes constant time on average, also in a dict of a million keys.
package struct TemplateDict: Sendable {
    package struct Entry: Sendable, Equatable {
        /// UTF-8.
        package let key: [UInt8]
        package var value: TemplateValue
    }

    package private(set) var entries: [Entry] = []
    /// Where each key is. Kept only for more keys than are quick to compare one by one.
    private var positions: [[UInt8]: Int] = [:]

    private static let unindexedCountMax = 16

    package init() {}

    package subscript(key: [UInt8]) -> TemplateValue? {
        get { position(of: key).map { entries[$0].value } }
        set {
            switch (position(of: key), newValue) {
            case (let index?, let value?): entries[index].value = value
            case (let index?, nil): remove(at: index)
            case (nil, let value?): append(Entry(key: key, value: value))
            case (nil, nil): break
            }
        }
    }

    package subscript(key: StaticString) -> TemplateValue? {
        get { self[Array("\(key)".utf8)] }
        set { self[Array("\(key)".utf8)] = newValue }
    }

    private func position(of key: [UInt8]) -> Int? {
        positions.isEmpty ? entries.firstIndex { $0.key == key } : positions[key]
    }

    private mutating func append(_ entry: Entry) {
        entries.append(entry)
        if !positions.isEmpty {
            positions[entry.key] = entries.count - 1
        } else if entries.count > Self.unindexedCountMax {
            index()
        }
    }

    private mutating func remove(at position: Int) {
        entries.remove(at: position)
        if !positions.isEmpty { index() }
    }

    private mutating func index() {
        positions = [:]
        for (position, entry) in entries.enumerated() { positions[entry.key] = position }
    }
}

extension TemplateDict: Equatable {
    package static func == (left: Self, right: Self) -> Bool { left.entries == right.entries }
}
