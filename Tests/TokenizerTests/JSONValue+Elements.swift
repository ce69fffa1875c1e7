import JSON

extension JSONValue {
    var elements: [JSONValue] {
        var elements: [JSONValue] = []
        forEachElement { elements.append($0) }
        return elements
    }

    var escaped: String {
        (string ?? "?").unicodeScalars.map { $0.escaped(asASCII: true) }.joined()
    }
}
