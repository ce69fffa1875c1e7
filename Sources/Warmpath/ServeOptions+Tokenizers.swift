import CommandLineArguments
import Tokenization
import Tokenizer

/// How prompts become tokens. Defaults are those of each part's own config.
extension ServeOptions {
    static let tokenizer = Option<String?>(
        "tokenizer",
        "PATH",
        default: nil,
        help: "A tokenizer.json, or a model's folder: for every model without one of its own."
    )

    static let tokenizersFolder = Option<[String]>(
        "tokenizers-dir",
        "DIR,...",
        default: [],
        help: "Folders with a folder for each model: DIR/ORG/NAME, or as in Hugging Face's cache."
    )
    static let tokenizerMap = Option(
        "tokenizer-map",
        "MODEL=PATH,...",
        default: NamedValues(),
        help: "The tokenizers of single models."
    )
    static let baseModels = Option(
        "base-models",
        "ADAPTER=MODEL,...",
        default: NamedValues(),
        help: "The base models of LoRA adapters, whose tokenizers they have."
    )
    static let tokenizersMax = Option(
        "max-tokenizers",
        "N",
        default: TokenizerRegistryConfig().loadedMax,
        help: "Models kept loaded, each some 30 to 60 MB; the least recently used goes."
    )

    static let downloads = Option(
        flag: "download-tokenizers",
        help: "Downloads those of --model and --base-models from HF_ENDPOINT, with HF_TOKEN."
    )

    static let prefixStoreBlocks = Option(
        "prefix-store-blocks",
        "N",
        default: PrefixStoreConfig().cacheSize,
        help: "Blocks of text whose ids are remembered; 0 for none."
    )
    static let prefixStoreBlockSize = Option(
        "prefix-store-block-size",
        "BYTES",
        default: PrefixStoreConfig().blockSize,
        help: "Size of such a block."
    )
    static let prefixStoreBytes = Option(
        "prefix-store-max-bytes",
        "SIZE",
        default: ByteCount(bytes: PrefixStoreConfig().bytesMax),
        help: "Memory for them at most."
    )

    static let tokenizerSection = Command.Section(
        "Prompts",
        [
            tokenizer, tokenizersFolder, tokenizerMap, baseModels, tokenizersMax,
            downloads,
            prefixStoreBlocks, prefixStoreBlockSize, prefixStoreBytes,
        ]
    )

    static let tokenizerWorkers = Option(
        "tokenizer-workers",
        "N",
        default: 0,
        help: "Threads that tokenize and decide; 0 takes one for each core."
    )
    static let tokenizerQueue = Option(
        "tokenizer-queue",
        "N",
        default: 1024,
        help: "Requests that may wait for a worker; further ones are routed by load alone."
    )
    static let tokenizerTimeout = Option(
        "tokenizer-timeout",
        "DURATION",
        default: TokenizationPoolConfig().timeout,
        help: "From a request's arrival until it is routed without its tokens."
    )
}
