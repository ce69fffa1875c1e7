package import Files

/// Why a snapshot is refused. Nothing of it is in the index then.
package enum SnapshotError: Error, Equatable, Sendable, CustomStringConvertible {
    case unreadable(FileError)
    /// The file begins like none.
    case notASnapshot
    case otherVersion(UInt32)
    case stale(ageSeconds: Int64)
    case fromTheFuture(seconds: Int64)
    case tooLarge(bytesMax: Int)
    case truncated
    /// A checksum is wrong.
    case damaged
    /// The checksums are right, and what they cover makes no sense.
    case malformed(String)
    /// A peer sent none.
    case notReceived(String)

    package var description: String {
        switch self {
        case .unreadable(let error): "\(error)"
        case .notASnapshot: "the file is no snapshot"
        case .otherVersion(let version): "its format has version \(version)"
        case .stale(let seconds): "it is \(seconds) seconds old"
        case .fromTheFuture(let seconds): "it is from \(seconds) seconds in the future"
        case .tooLarge(let bytesMax): "it has more than \(bytesMax) bytes"
        case .truncated: "its end is missing"
        case .damaged: "a checksum is wrong"
        case .malformed(let what): "malformed: \(what)"
        case .notReceived(let reason): "the peer sent none: \(reason)"
        }
    }

    /// The label of the metric.
    package enum Reason: String, CaseIterable, Sendable {
        case unreadable, stale, damaged, malformed
        case otherVersion = "other_version"
        case future
        case tooLarge = "too_large"
        case notReceived = "not_received"
    }

    package var reason: Reason {
        switch self {
        case .unreadable: .unreadable
        case .otherVersion: .otherVersion
        case .stale: .stale
        case .fromTheFuture: .future
        case .tooLarge: .tooLarge
        case .truncated, .damaged: .damaged
        case .notASnapshot, .malformed: .malformed
        case .notReceived: .notReceived
        }
    }
}
