import Redis
import Testing

@Test("An error keeps its reason")
func reason() { #expect(RedisError(reason: "refused").reason == "refused") }
