/// The version that `warmpath --version` and the logs show.
enum Version {
    static let current = "0.1.0"
}
