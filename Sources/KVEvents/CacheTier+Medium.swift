package import Domain

extension CacheTier {
    /// The tier that an engine's `medium` means. Engines differ in the words and in their case;
    /// a word we do not know is taken for the farthest tier.
    package init(medium: String) {
        switch medium.lowercased() {
        case "gpu", "": self = .gpu
        case "cpu", "cpu_pinned": self = .cpu
        case "disk", "fs", "storage": self = .disk
        default: self = .object
        }
    }
}
