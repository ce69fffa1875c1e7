import Config
import Testing
import Tokenization

@Suite struct TokenizerRegistryConfigTests {
    @Test(arguments: [
        (["HOME": "/h"], ["/h/.cache/huggingface/hub"]),
        (["HOME": "/h", "XDG_CACHE_HOME": "/x"], ["/x/huggingface/hub"]),
        (["HOME": "/h", "HF_HOME": "/f"], ["/f/hub"]),
        (["HF_HOME": "/f", "HF_HUB_CACHE": "/c"], ["/c"]),
        (["HOME": ""], []),
    ])
    func `the cache is where Hugging Face's tools have it`(
        environment: [String: String],
        caches: [String]
    ) {
        var config = TokenizerRegistryConfig()
        config.addFolders(of: environment)
        #expect(config.hubCaches == caches)
    }

    @Test func `the folder of llm-d's variable comes behind those of the command line`() {
        var config = TokenizerRegistryConfig()
        config.folders = ["/first"]
        config.addFolders(of: ["LOCAL_TOKENIZER_DIR": "/mnt/models"])
        #expect(config.folders == ["/first", "/mnt/models"])
    }
}
