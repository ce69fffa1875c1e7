/// A model on a hub, at a branch, tag or commit. Its parts are safe in paths and URLs.
package struct HubModel: Hashable, Sendable, CustomStringConvertible {
    /// `organization/name`, or a name alone.
    package let id: String
    package let revision: String

    /// Nil if either is not a name that a hub gives.
    package init?(_ id: String, revision: String = "main") {
        let parts = id.split(separator: "/", omittingEmptySubsequences: false)
        let names = revision.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ HubModel.isName($0.utf8) }),
            (1...4).contains(names.count), names.allSatisfy({ HubModel.isName($0.utf8) })
        else { return nil }
        self.id = id
        self.revision = revision
    }

    package var description: String { "\(id)@\(revision)" }

    /// Letters, digits and `-_.`, at most 96 of them; no leading `.` or `-`, and no `..` or `--`,
    /// which mean something in paths and in the cache's folder names.
    static func isName(_ name: some Collection<UInt8>) -> Bool {
        var previous: UInt8?
        for byte in name {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                break
            case UInt8(ascii: "-"), UInt8(ascii: "."):
                if previous == nil || previous == byte { return false }
            default: return false
            }
            previous = byte
        }
        return !name.isEmpty && name.count <= 96
    }
}
