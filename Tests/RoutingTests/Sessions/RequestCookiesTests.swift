import Domain
import Randomness
import Testing

@testable import Routing

@Suite struct RequestCookiesTests {
    @Test(arguments: [
        ("sid=a", "a"),
        ("x=1; sid=a; y=2", "a"),
        ("x=1;sid=a;y=2", "a"),
        (" sid = a ;", "a"),
        ("\tsid=\"a b\"", "a b"),
        ("sid=a=b==", "a=b=="),
        ("sid=; sid=b", "b"),
        ("sid=a; sid=b", "a"),
        (";;;sid=a", "a"),
        ("sid=\"", "\""),
        ("sidx=b; xsid=c; SID=d", nil),
        ("sid", nil),
        ("sid=", nil),
        ("sid=\"\"", nil),
        ("=a", nil),
        ("", nil),
    ])
    func `a cookie is found among the others`(header: String, value: String?) {
        let found = RequestCookies.value(of: "sid", in: [HeaderField("cookie", header)])
        #expect(found == value)
    }

    @Test func `each cookie may have a header of its own`() {
        let headers = [
            HeaderField("cookie", "a=1"), HeaderField("x", "sid=2"), HeaderField("cookie", "sid=3"),
        ]
        #expect(RequestCookies.value(of: "sid", in: headers) == "3")
    }

    @Test func `what is too long is not read`() {
        let long = String(repeating: "a", count: 1025)
        #expect(RequestCookies.value(of: "s", in: [HeaderField("cookie", "s=\(long)")]) == nil)
        let padding = String(repeating: "a", count: 65_536)
        let header = HeaderField("cookie", "s=1; x=\(padding)")
        #expect(RequestCookies.value(of: "s", in: [header]) == nil)
    }

    @Test func `any text is read without harm`() {
        var random = SplitMix64(seed: 3)
        let characters = Array("sid=;\" \té\0")
        for _ in 0..<20_000 {
            let text = String(
                (0..<random.below(20)).map { _ in
                    characters[random.below(characters.count)]
                }
            )
            let value = RequestCookies.value(of: "sid", in: [HeaderField("cookie", text)])
            if let value { #expect(!value.isEmpty && text.contains(value)) }
        }
    }
}
