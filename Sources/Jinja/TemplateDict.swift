/// A Python dict with string keys: remembers the order in which keys were first set.
package struct TemplateDict: Sendable, Equatable {
    package struct Entry: Sendable, Equatable {
        /// UTF-8.
        package let key: [UInt8]
        package var value: TemplateValue
    }

    package private(set) var entries: [Entry] = []

    package init() {}

    package subscript(key: [UInt8]) -> TemplateValue? {
        get { entries.first { $0.key == key }?.value }
        set {
            let index = entries.firstIndex { $0.key == key }
            switch (index, newValue) {
            case (let index?, let value?): entries[index].value = value
            case (let index?, nil): entries.remove(at: index)
            case (nil, let value?): entries.append(Entry(key: key, value: value))
            case (nil, nil): break
            }
        }
    }

    package subscript(key: StaticString) -> TemplateValue? {
        get { self[Array("\(key)".utf8)] }
        set { self[Array("\(key)".utf8)] = newValue }
    }
}
