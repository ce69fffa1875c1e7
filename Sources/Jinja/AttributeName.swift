/// The name of an attribute, with all that is known about it before there is an object.
struct AttributeName: Sendable {
    let name: String
    /// The same as a key of a dict.
    let key: [UInt8]
    let method: Method?
    /// Whether it is a method of dicts that changes them, which the sandbox hides.
    let changesDict: Bool
    let loopAttribute: LoopState.Attribute?

    init(_ name: String, key: [UInt8]? = nil) {
        self.name = name
        self.key = key ?? Array(name.utf8)
        method = Method(name)
        changesDict = ["clear", "pop", "popitem", "setdefault", "update"].contains(name)
        loopAttribute = LoopState.Attribute(rawValue: name)
    }

    /// Of a key that is not ASCII or not known, which only dicts have.
    init(_ key: [UInt8]) { self.init(String(decoding: key, as: UTF8.self), key: key) }
}
