import Domain

/// A cookie that holds nothing but chance: its hash names the session's endpoint.
struct SessionCookie {
    let field: HeaderField
    let hash: UInt64

    static func random(named name: String) -> SessionCookie {
        let words = [UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max)]
        let value = words.map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
        return SessionCookie(
            field: HeaderField("set-cookie", "\(name)=\(value); Path=/; HttpOnly; SameSite=Lax"),
            hash: hash(of: value)
        )
    }

    /// The same in every process, now and later.
    static func hash(of value: String) -> UInt64 { FNV1a.hash(of: value) }
}
