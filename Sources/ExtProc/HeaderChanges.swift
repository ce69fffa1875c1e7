import CProcessReply
import Domain

/// Changes of headers, one after the other, as `CProcessReply` reads them.
///
/// Invariant: nothing is in here that could end a header and begin another one.
struct HeaderChanges {
    private(set) var bytes: [UInt8] = []

    /// Overwrites every value that the header has. A value that may not stand in a header is not
    /// sent, and those that are there go all the same.
    mutating func set(_ name: String, to value: String) {
        guard value.isHeaderValue else { return remove(name) }
        add(CPROCESS_SET, name, value)
    }

    /// Leaves what is there. A value that may not stand in a header is not sent.
    mutating func append(_ value: String, to name: String) {
        if value.isHeaderValue { add(CPROCESS_APPEND, name, value) }
    }

    mutating func remove(_ name: String) { add(CPROCESS_REMOVE, name, nil) }

    private mutating func add(_ change: Int, _ name: String, _ value: String?) {
        guard name.isHeaderName else { return }
        bytes.append(UInt8(truncatingIfNeeded: change))
        bytes.append(contentsOf: name.utf8)
        bytes.append(0)
        guard let value else { return }
        bytes.append(contentsOf: value.utf8)
        bytes.append(0)
    }
}

extension HeaderChanges {
    /// What a decision does to a request's headers.
    init(_ mutation: RequestMutation) {
        bytes.reserveCapacity(512)
        for header in SteeringHeader.allCases {
            if let value = mutation.value(of: header) {
                set(header.rawValue, to: value)
            } else {
                remove(header.rawValue)
            }
        }
        if let byteCount = mutation.contentLength { set("content-length", to: String(byteCount)) }
        if let requestID = mutation.requestID { set("x-request-id", to: requestID) }
    }

    /// What a response carries besides the endpoint's own headers.
    init(ofResponse fields: [HeaderField]) {
        for field in fields {
            // Each cookie has a field of its own, and the endpoint's are not ours to drop.
            if field.name == "set-cookie" {
                append(field.value, to: field.name)
            } else {
                set(field.name, to: field.value)
            }
        }
    }
}

extension String {
    /// Whether it can be a header's value: no control characters but tabs (RFC 9110, 5.5).
    fileprivate var isHeaderValue: Bool {
        utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
    }

    /// Whether it can be a header's name: letters, digits and some marks (RFC 9110, 5.6.2).
    fileprivate var isHeaderName: Bool {
        !isEmpty
            && utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }
}
