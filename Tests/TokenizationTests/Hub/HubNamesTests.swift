import Crypto
import HTTP
import Testing

@testable import Tokenization

@Suite struct HubNamesTests {
    @Test(arguments: [
        ("org/name", "main", true), ("gpt2", "v1.0", true), ("Org_1/Na-me.2", "refs/pr/1", true),
        ("", "main", false), ("a/b/c", "main", false), ("../b", "main", false),
        ("a/..", "main", false), ("/a", "main", false), ("a/", "main", false),
        ("a--b/c", "main", false), ("-a/b", "main", false), ("a b", "main", false),
        ("a\0", "main", false), ("a", "../x", false), ("a", "", false), ("a", "x?y", false),
        ("é", "main", false), (String(repeating: "a", count: 97), "main", false),
    ])
    func `only names that are safe in a path are models`(id: String, at: String, isModel: Bool) {
        #expect((HubModel(id, revision: at) != nil) == isModel)
    }

    @Test(arguments: [
        ("https://Hub.co", "https://hub.co", "/"),
        ("HTTP://hub.co:80/a?b#c", "http://hub.co", "/a?b"),
        ("https://hub.co:8443?x=1", "https://hub.co:8443", "/?x=1"),
    ])
    func `a URL is split at the end of its origin`(text: String, origin: String, path: String) {
        let url = HubURL(text)
        #expect(url?.origin == origin)
        #expect(url?.path == path)
    }

    @Test(arguments: [
        "", "ftp://a", "https://", "https://user@hub.co", "https://hub.co\\@evil.co", "https://a b",
        "/path", "https:///path",
    ])
    func `what is no plain URL of a hub is refused`(text: String) {
        #expect(HubURL(text) == nil)
    }

    @Test func `a redirect leads within the origin or out of it`() throws {
        let url = try #require(HubURL("https://hub.co/a/b"))
        #expect(url.following("/c?d")?.description == "https://hub.co/c?d")
        #expect(url.following("//cdn.co/c")?.description == "https://cdn.co/c")
        #expect(url.following("http://hub.co/c")?.origin == "http://hub.co")
        for location in ["", "file:///etc/passwd", "relative", "/a\r\nb", "//user@x/"] {
            #expect(url.following(location) == nil)
        }
    }

    @Test func `an entity tag is git's name of the bytes or their SHA-256`() throws {
        let empty = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"  // git hash-object /dev/null
        let checksum = try #require(HubChecksum(entityTag: "W/\"\(empty)\""))
        #expect(checksum.hex == empty)
        #expect(checksum.matches([]))
        #expect(!checksum.matches([0]))
        let abc = Array("abc".utf8)
        #expect(SHA1Digest(of: abc).hex == "a9993e364706816aba3e25717850c26c9cd0d89d")
        #expect(HubChecksum(entityTag: SHA256Digest(of: abc).hex)?.matches(abc) == true)
        for tag in ["", "\"", "\"x\"", "\"\(empty.uppercased())\"", "../\(empty)", empty + "0"] {
            #expect(HubChecksum(entityTag: tag) == nil)
        }
    }

    @Test func `a listing names the commit and the files that tokenizers are made of`() throws {
        let url = try #require(HubURL("https://hub.co"))
        let names = ["tokenizer.json", "a.tiktoken", "../b.tiktoken", "x/config.json", "README.md"]
        let siblings = names.map { "{\"rfilename\":\"\($0)\"}" }.joined(separator: ",")
        func listing(_ json: String) throws -> HubListing {
            try HubListing(Array(json.utf8), from: url, filesMax: 3)
        }
        let json = "{\"sha\":\"\(FakeHub.commit)\",\"siblings\":[\(siblings),{\"x\":1},7]}"
        #expect(try listing(json).files == ["tokenizer.json", "a.tiktoken"])
        for json in [
            "", "[]", "{\"sha\":\"../x\",\"siblings\":[]}", "{\"sha\":\"\(FakeHub.commit)\"}",
        ] {
            #expect(throws: HubError.self) { try listing(json) }
        }
    }

    @Test func `the environment says what Hugging Face's tools read from it`() {
        var variables = ["HOME": "/home/u"]
        func config() -> HubConfig { HubConfig { variables[$0] } }
        #expect(config().cachePath == "/home/u/.cache/huggingface/hub")
        #expect(config().endpoint == "https://huggingface.co")
        variables["XDG_CACHE_HOME"] = "/x"
        #expect(config().cachePath == "/x/huggingface/hub")
        variables["HF_HOME"] = "/h"
        #expect(config().cachePath == "/h/hub")
        variables["HF_HUB_CACHE"] = "/c"
        variables["HF_TOKEN"] = " t\n"
        variables["HF_HUB_OFFLINE"] = "true"
        variables["HF_ENDPOINT"] = "http://mirror"
        variables["HTTPS_PROXY"] = "http://secure"
        variables["http_proxy"] = "http://plain"
        variables["NO_PROXY"] = "a,b"
        variables["SSL_CERT_FILE"] = "/ca.pem"
        #expect(config().cachePath == "/c")
        #expect(config().token == "t")
        #expect(config().isOffline)
        #expect(config().endpoint == "http://mirror")
        #expect(config().http.proxyURL == "http://plain")
        #expect(config().http.noProxyHosts == "a,b")
        #expect(config().http.certificateAuthorityPath == "/ca.pem")
        variables["HF_ENDPOINT"] = nil
        #expect(config().http.proxyURL == "http://secure")
    }
}
