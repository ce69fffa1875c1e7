import Config
import Domain
import KVIndexer
import Scheduling
import Scorers
import Testing

@Suite struct KVCacheParametersTests {
    private let document = """
        plugins:
        - type: precise-prefix-cache-producer
          parameters:
            tokenProcessorConfig: {blockSize: 64, hashSeed: "42"}
            indexerConfig: {kvCacheBackendConfigs: [{name: gpu, weight: 1}, {name: cpu, weight: 0.5}]}
        - {type: prefix-cache-scorer, parameters: {prefixMatchInfoProducerName: precise-prefix-cache-producer}}
        """

    @Test func `the document among a plug-in's parameters describes the index`() throws {
        let parameters = try #require(try SchedulingDocument.read(document).kvCache)
        let (config, remarks) = try KVCacheConfigFile.read(parameters)
        #expect(config.indexer.blockSize.tokenCount == 64)
        #expect(config.indexer.hashSeed == "42")
        #expect(remarks.warnings.isEmpty)
    }

    @Test func `its weights of tiers count for the scorer`() throws {
        let scorer = try SchedulingDocument.read(document).profile()?.scorer(PrefixCacheScorer.self)
        let weights = TierWeights([.gpu: 1, .cpu: 0.5])
        #expect(scorer == PrefixCacheScorer(source: .precise, tierWeights: weights))
    }

    @Test func `the environment outweighs it, too`() throws {
        let parameters = try #require(try SchedulingDocument.read(document).kvCache)
        let (config, _) = try KVCacheConfigFile.read(parameters, environment: ["BLOCK_SIZE": "32"])
        #expect(config.indexer.blockSize.tokenCount == 32)
    }

    @Test func `what is wrong with it is told with the rest`() {
        let problems = SchedulingDocument.problems(
            "plugins: [{type: precise-prefix-cache-scorer, parameters: "
                + "{tokenProcessorConfig: {blockSizeTokens: x}}}]"
        )
        #expect(
            problems == [
                "plugins[0].parameters.tokenProcessorConfig.blockSizeTokens: "
                    + "expected a whole number from 0 to 65536, found x (line 1)"
            ]
        )
    }
}
