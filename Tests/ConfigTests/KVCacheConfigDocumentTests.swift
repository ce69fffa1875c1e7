import Config
import Files
import KVIndexer
import Testing

@Suite struct KVCacheConfigDocumentTests {
    @Test(arguments: [
        "{}", KVCacheDocument.complete, KVCacheDocument.plugin, KVCacheDocument.own,
        "kvBlockIndexConfig: {costAwareMemoryConfig: {size: 3GiB}}",
        "kvBlockIndexConfig: {valkeyConfig: {address: \"valkey:1\"}}\n" + KVCacheDocument.own,
        "tokenProcessorConfig: {hashSeed: \"a\\\"b\\\\c\\u0001\\n\"}",
        "tokenizersPoolConfig: {workersCount: 0, modelName: m, hf: {enabled: false}}",
        "tokenizersPoolConfig: {local: {modelTokenizerMap: {m: /models/m}}}",
        "kvCacheBackendConfigs: [{name: disk, weight: 0.25}, {name: object, weight: 0.125}]",
        "kvCacheBackendConfigs: [{name: gpu, weight: 4}, {name: cpu, weight: 2}]",
        "kvEventsConfig: {discoverPods: false, topicFilter: \"\"}",
    ])
    func `the settings written as a document are read as the same settings`(
        document: String
    ) throws {
        var config = try read(document).config
        let written = try read(config.document)
        config.tokenizers.hubToken = config.tokenizers.hubToken.map { _ in "***" }
        var found = written.config
        // A document with all settings tells this one, too.
        config.tokenizers.downloads = config.tokenizers.downloads ?? false
        found.tokenizers.downloads = found.tokenizers.downloads ?? false
        #expect(found == config)
        #expect(found.document == config.document)
    }

    @Test func `no secret is written`() throws {
        let document = """
            kvBlockIndexConfig: {redisConfig: {address: "redis://user:hunter2@host:6379/1"}}
            tokenizersPoolConfig: {huggingFaceToken: hunter2}
            warmpath: {snapshot: {path: /a, peer: "http://user:hunter2@host:9090"}}
            """
        let config = try read(document).config
        #expect(!config.document.contains("hunter2"))
        #expect(config.document.contains("address: \"redis://***@host:6379/1\""))
        #expect(config.document.contains("huggingFaceToken: \"***\""))
    }

    @Test func `the settings that the manual shows under warmpath are the defaults`() throws {
        let tests = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
        let manual = try FileContents(
            of: "/\(tests)/../docs/configuration.md",
            byteCountMax: 1 << 20
        )
        let text = String(decoding: manual.bytes, as: UTF8.self)
        let begin = try #require(text.firstRange(of: "```yaml\nwarmpath:\n"))
        let rest = text[begin.lowerBound...].dropFirst("```yaml\n".count)
        let end = try #require(rest.firstRange(of: "```"))
        let (config, remarks) = try read(String(rest[..<end.lowerBound]))
        var expected = KVCacheConfig()
        expected.indexer.snapshot.path = "/var/lib/warmpath/index"
        expected.indexer.snapshot.peerURL = "http://warmpath-0:9090"
        #expect(config == expected)
        #expect(remarks == ConfigRemarks())
    }
}
