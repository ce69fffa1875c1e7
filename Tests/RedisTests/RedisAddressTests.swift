import Redis
import Testing

@Suite struct RedisAddressTests {
    @Test(arguments: [
        ("redis://127.0.0.1:6379", "redis://127.0.0.1:6379/0"),
        ("redis://cache", "redis://cache:6379/0"),
        ("cache:7000", "redis://cache:7000/0"),
        ("cache", "redis://cache:6379/0"),
        ("valkey://cache:7000/3", "redis://cache:7000/3"),
        ("REDIS://cache/", "redis://cache:6379/0"),
        ("redis://cache:7000?db=4", "redis://cache:7000/4"),
        ("redis://[::1]:7000/2", "redis://[::1]:7000/2"),
        ("[fe80::1]", "redis://[fe80::1]:6379/0"),
        ("unix:///run/redis.sock", "unix:///run/redis.sock?db=0"),
        ("unix://run/redis.sock?db=5", "unix://run/redis.sock?db=5"),
        ("unix:///run/my%20redis.sock", "unix:///run/my redis.sock?db=0"),
        ("redis://user:secret@cache:1/1", "redis://cache:1/1"),
    ])
    func `an address is read in every form`(text: String, description: String) throws {
        #expect(try RedisAddress(text).description == description)
    }

    @Test(
        arguments: [
            ("redis://user:secret@cache", "user", "secret"),
            ("redis://:secret@cache", nil, "secret"),
            ("redis://user@cache", "user", nil),
            ("user:secret@cache:7000/1", "user", "secret"),
            ("redis://u%40x:p%3Aq%2F%25@cache", "u@x", "p:q/%"),
            ("redis://user:se@cr:et@cache", "user", "se@cr:et"),
            ("unix://user:secret@/run/redis.sock", "user", "secret"),
            ("redis://cache", nil, nil),
        ] as [(String, String?, String?)]
    )
    func `user and password are read`(text: String, user: String?, password: String?) throws {
        let address = try RedisAddress(text)
        #expect(address.user == user)
        #expect(address.password?.text == password)
    }

    @Test(arguments: [
        ("rediss://cache", "TLS tunnel"),
        ("valkeys://cache", "TLS tunnel"),
        ("http://cache", "expected redis://"),
        ("redis://", "host is missing"),
        ("", "host is missing"),
        ("redis://:7000", "host is missing"),
        ("redis://cache:0", "1 to 65535"),
        ("redis://cache:65536", "1 to 65535"),
        ("redis://cache:port", "1 to 65535"),
        ("redis://::1", "brackets"),
        ("redis://[::1]7000", "after the bracket"),
        ("redis://cache/one", "number from 0"),
        ("redis://cache/-1", "number from 0"),
        ("redis://cache?pool_size=4", "only option is db"),
        ("redis://user:%zz@cache", "two hexadecimal digits"),
        ("redis://user:%ff@cache", "not UTF-8"),
        ("redis://two hosts", "no host has"),
        ("unix://", "path is missing"),
    ])
    func `an address that cannot be used says why`(text: String, reason: String) {
        let error = #expect(throws: RedisAddressError.self) { try RedisAddress(text) }
        #expect(error?.description.contains(reason) == true)
    }

    @Test(arguments: [
        "rediss://user:hunter2@cache", "hunter2@cache:x", "redis://user:hunter2@cache:0",
        "redis://user:hunter2%@cache", "user:hun@hunter2@cache/x", "nonsense://:hunter2@cache",
    ])
    func `an error never shows a password`(text: String) {
        let error = #expect(throws: RedisAddressError.self) { try RedisAddress(text) }
        #expect(error?.description.contains("hunter2") == false)
        #expect(error?.description.contains("***@cache") == true)
    }

    @Test(arguments: [
        "redis://:hunter2", "redis://default:hunter2:6379", "redis://cache?password=hunter2",
        "redis://user:hunter2/", "hunter2://cache", "redis://me@cache?password=hunter2",
        "hunter2://me@cache",
    ])
    func `an error never shows a password in a place where none belongs`(text: String) {
        let error = #expect(throws: RedisAddressError.self) { try RedisAddress(text) }
        #expect(error?.description.contains("hunter2") == false)
    }

    @Test func `nothing that is printed of an address has the password`() throws {
        let address = try RedisAddress("redis://user:hunter2@cache")
        var dumped = ""
        dump(address, to: &dumped)
        for text in ["\(address)", String(reflecting: address), dumped] {
            #expect(!text.contains("hunter2"))
        }
    }
}
