package import CommandLineArguments
import Domain
package import Tokenizer

/// What `warmpath-engine-sim` can be told.
package enum SimulatorOptions {
    package static let engines = Option(
        "engines",
        "N",
        default: 1,
        help: "How many engines to simulate."
    )
    package static let host = Option(
        "host",
        "ADDRESS",
        default: "127.0.0.1",
        help: "Address to listen on and to announce."
    )
    package static let port = Option(
        "port",
        "PORT",
        default: 8001,
        help: "HTTP port of engine 0; engine i has PORT+i."
    )
    package static let eventsPort = Option(
        "kv-events-port",
        "PORT",
        default: 5557,
        help: "ZeroMQ port of engine 0's KV events (PUB); engine i has PORT+i."
    )
    package static let replayPort = Option(
        "kv-replay-port",
        "PORT",
        default: 0,
        help: "ZeroMQ port of engine 0's replays (ROUTER); engine i has PORT+i. 0: any free ones."
    )
    package static let topic = Option(
        "topic",
        "TEXT",
        default: "kv@{address}@{model}",
        help: "Topic of the events; {address} and {model} are filled in."
    )
    package static let namePrefix = Option(
        "name-prefix",
        "TEXT",
        default: "engine-",
        help: "Engine i is named TEXT followed by i."
    )
    package static let endpointsFile = Option<String?>(
        "write-endpoints",
        "FILE",
        default: nil,
        help: "Writes the engines as a Warmpath endpoints file."
    )

    package static let model = Option(
        "model",
        "NAME",
        default: EngineConfig().model,
        help: "Model that is served."
    )
    package static let adapters = Option<[String]>(
        "lora",
        "NAME,…",
        default: [],
        help: "LoRA adapters that are served next to the model."
    )
    package static let adaptersMax = Option(
        "max-loras",
        "N",
        default: EngineConfig().adaptersMax,
        help: "LoRA adapters that an engine says it can run at once. Any number can."
    )
    package static let tokenizer = Option<String?>(
        "tokenizer",
        "PATH",
        default: nil,
        help: "The model's folder, or a tokenizer.json. Without it, a word counts as a token."
    )
    package static let chatTemplate = Option(
        "chat-template",
        "NAME",
        default: "llama3",
        help: "How chats become prompts if the model's files do not say it."
    )
    package static let tokenizerMode = Option(
        "tokenizer-mode",
        "MODE",
        default: TokenizerMode.transformersV5,
        help: "How a folder is read: raw as the file says, transformers-v5 as vLLM does."
    )

    package static let blockSize = Option(
        "block-size",
        "TOKENS",
        default: EngineConfig().blockSize,
        help: "Tokens in a KV block."
    )
    package static let blockCount = Option(
        "num-gpu-blocks",
        "N",
        default: EngineConfig().blockCount,
        help: "KV blocks of an engine."
    )
    package static let hashSeed = Option<String?>(
        "hash-seed",
        "TEXT",
        default: nil,
        help: "PYTHONHASHSEED for block hashes. Without it, vLLM's own default."
    )

    package static let sequenceTokensMax = Option(
        "max-model-len",
        "TOKENS",
        default: EngineConfig().sequenceTokensMax,
        help: "Longest prompt and answer together."
    )
    package static let sequencesMax = Option(
        "max-num-seqs",
        "N",
        default: EngineConfig().sequencesMax,
        help: "Requests that run at once; others wait."
    )
    package static let stepTokensMax = Option(
        "max-num-batched-tokens",
        "TOKENS",
        default: EngineConfig().stepTokensMax,
        help: "Tokens that one step computes; longer prompts take several."
    )
    package static let prefillRate = Option(
        "prefill-tokens-per-second",
        "N",
        default: EngineConfig().prefillTokensPerSecond,
        help: "Speed of computing prompt tokens that are not cached."
    )
    package static let decodeStep = Option(
        "decode-step-ms",
        "MS",
        default: 10.0,
        help: "Time of a decode step for one request."
    )
    package static let decodeGrowth = Option(
        "decode-step-growth-ms",
        "MS",
        default: 0.1,
        help: "What each further running request adds to a decode step."
    )
    package static let timeScale = Option(
        "time-scale",
        "N",
        default: 1.0,
        help: "Runs N times as fast as the figures above."
    )
    package static let failingRequests = Option(
        "fail-requests",
        "N",
        default: EngineConfig().failingRequests,
        help: "Answers the first N completions of each engine with 503."
    )
    package static let seed = Option<UInt64>(
        "seed",
        "N",
        default: 0,
        help: "Varies the generated text."
    )

    package static let command = Command(
        name: "warmpath-engine-sim",
        summary: "Simulates vLLM engines for trying a router: no GPU and no model is involved.",
        discussion: """
            What is real: the HTTP API (completions, chat, streams, metrics under vLLM's names),
            the block pool with vLLM V1's rules for sharing and eviction, block hashes
            (sha256_cbor), and KV events as vLLM 0.33 publishes and replays them.
            What is simulated: time, by the speeds above, and text, which is words chosen by a
            hash of the prompt. Images, several choices and sampling parameters are not.
            """,
        sections: [
            .init(
                "Engines",
                [
                    engines, host, port, eventsPort, replayPort, topic, namePrefix,
                    endpointsFile,
                ]
            ),
            .init("Model", [model, adapters, adaptersMax, tokenizer, chatTemplate, tokenizerMode]),
            .init("KV cache", [blockSize, blockCount, hashSeed]),
            .init(
                "Speed",
                [
                    sequenceTokensMax, sequencesMax, stepTokensMax, prefillRate, decodeStep,
                    decodeGrowth, timeScale, failingRequests, seed,
                ]
            ),
        ]
    )
}

extension TokenizerMode: OptionWord {}
