extension String {
    /// Of `host:port`, the host, with the brackets of IPv6: `10.0.0.1:80` → `10.0.0.1`,
    /// `[fd00::1]:80` → `[fd00::1]`.
    var bracketedAddressHost: Substring {
        utf8.lastIndex(of: UInt8(ascii: ":")).map { self[..<$0] } ?? self[...]
    }

    /// The same without brackets.
    var addressHost: Substring { bracketedAddressHost.withoutBrackets }
}

extension Substring {
    var withoutBrackets: Substring {
        utf8.first == UInt8(ascii: "[") && utf8.last == UInt8(ascii: "]")
            ? dropFirst().dropLast() : self
    }
}
