import KVIndexer
import Testing

@Suite struct KVIndexerConfigTests {
    @Test func `the defaults are valid`() throws {
        #expect(try KVIndexerConfig().validated() == KVIndexerConfig())
    }

    @Test func `what cannot work is refused by name`() {
        func error(_ change: (inout KVIndexerConfig) -> Void) -> KVIndexerConfigError? {
            var config = KVIndexerConfig()
            change(&config)
            do throws(KVIndexerConfigError) {
                _ = try config.validated()
                return nil
            } catch {
                return error
            }
        }
        #expect(error { $0.memory.keysMax = 0 } == .tooSmall("keysMax", atLeast: 1))
        #expect(error { $0.endpointBlocksMax = 0 } == .tooSmall("endpointBlocksMax", atLeast: 1))
    }
}
