import CommandLineArguments

/// The name that was meant, most likely. Other notations of a name come first: `hash_seed` means
/// `hashSeed`. Nil: none is near.
func nearestName(to name: String, among names: some Sequence<String>) -> String? {
    guard name.utf8.count <= 64 else { return nil }
    let names = names.sorted()
    let letters = lettersAlone(name)
    if let same = names.first(where: { lettersAlone($0) == letters }) { return same }
    let distances = names.map { (name: $0, distance: editDistance($0, name)) }
    guard let nearest = distances.min(by: { $0.distance < $1.distance }),
        nearest.distance <= max(1, name.count / 3)
    else { return nil }
    return nearest.name
}

private func lettersAlone(_ name: String) -> String {
    name.lowercased().filter { $0 != "_" && $0 != "-" }
}
