import Jinja

extension TemplateDict {
    /// The same fields: those that are declared first, in the order of their declaration. So does
    /// pydantic with the fields of a `TypedDict`.
    func ordered(by declared: [[UInt8]]) -> TemplateDict {
        let present = declared.filter { self[$0] != nil }
        if zip(entries, present).allSatisfy({ $0.key == $1 }) { return self }
        var result = TemplateDict()
        for key in present { result[key] = self[key] }
        for entry in entries where !declared.contains(entry.key) { result[entry.key] = entry.value }
        return result
    }
}
