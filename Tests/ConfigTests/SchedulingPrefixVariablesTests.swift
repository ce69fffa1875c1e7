import Config
import Scheduling
import Testing

@Suite struct SchedulingPrefixVariablesTests {
    @Test func `sizes in bytes of text become tokens`() throws {
        let setup = try SchedulingDocument.read(environment: [
            "ENABLE_GIE_PREFIX_SCORER": "true", "PREFIX_CACHE_HASH_BLOCK_SIZE": "512",
            "PREFIX_CACHE_MAX_PREFIX_BLOCKS": "128", "PREFIX_CACHE_LRU_CAPACITY_PER_SERVER": "1000",
        ])
        var expected = ApproximatePrefixConfig()
        expected.followsEngines = false
        expected.blockTokens = 128
        expected.prefixBlocksMax = 128
        expected.blocksPerEndpointMax = 1000
        #expect(setup.needs.approximatePrefix == expected)
    }

    @Test(arguments: [
        (["ENABLE_PREFIX_AWARE_SCORER"], 64, 2048, 500_000),
        (["ENABLE_GIE_PREFIX_SCORER"], 16, 128, 31_250),
        (
            ["EXPERIMENTAL_USE_SCHEDULER_V2", "ENABLE_PREFIX_CACHE_SCHEDULING"],
            16, 128, 31_250
        ),
    ])
    func `a store of prompts that is switched on has the sizes of its release`(
        switches: [String],
        blockTokens: Int,
        prefixBlocksMax: Int,
        blocksPerEndpointMax: Int
    ) throws {
        let setup = try SchedulingDocument.read(
            environment: Dictionary(uniqueKeysWithValues: switches.map { ($0, "true") })
        )
        var expected = ApproximatePrefixConfig()
        expected.followsEngines = false
        expected.blockTokens = blockTokens
        expected.prefixBlocksMax = prefixBlocksMax
        expected.blocksPerEndpointMax = blocksPerEndpointMax
        #expect(setup.needs.approximatePrefix == expected)
        #expect(setup.remarks.warnings.isEmpty)
        let origin = switches.last.map { "environment \($0)" }
        let capacity = setup.settings.first { $0.path.hasSuffix(".lruCapacityPerServer") }
        #expect(capacity?.origin.description == origin)
    }

    @Test func `a store of prompts may be large, and its block has two names`() throws {
        let setup = try SchedulingDocument.read(environment: [
            "ENABLE_PREFIX_AWARE_SCORER": "true", "PREFIX_SCORER_CACHE_CAPACITY": "2000000",
            "PREFIX_SCORER_CACHE_BLOCK_SIZE": "1024",
        ])
        #expect(setup.remarks.warnings.isEmpty)
        #expect(setup.needs.approximatePrefix?.blocksPerEndpointMax == 2_000_000)
        #expect(setup.needs.approximatePrefix?.blockTokens == 256)
        let both = try SchedulingDocument.read(environment: [
            "ENABLE_PREFIX_AWARE_SCORER": "true", "PREFIX_SCORER_BLOCK_SIZE": "512",
            "PREFIX_SCORER_CACHE_BLOCK_SIZE": "1024",
        ])
        #expect(both.needs.approximatePrefix?.blockTokens == 128)
    }
}
