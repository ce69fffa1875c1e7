import EngineSimulator
import HTTP
import Telemetry
import Testing
import ZMQ

@Suite(.timeLimit(.minutes(1)))
struct FleetTests {
    private func fleet(_ names: String...) throws -> Fleet {
        let engines = names.map { name in
            var config = EngineConfig()
            (config.name, config.model, config.timeScale) = (name, "m", 1000)
            return config
        }
        return try Fleet(
            Fleet.Config(engines: engines),
            tokenizer: WordTokenizer(),
            vocabulary: Vocabulary(tokenizer: WordTokenizer()),
            log: Log(level: .error)
        )
    }

    @Test func `events reach a subscriber under the engine's topic`() async throws {
        let fleet = try fleet("a", "b")
        let running = Task { try await fleet.run() }
        defer { running.cancel() }
        let (entry, client) = (fleet.entries[1], HTTPClient())
        var subscriber = try SubscriberSocket.open(entry.eventsAddress, in: ZMQContext())

        // What is published before the subscription stands is lost: ask until something comes.
        repeat {
            let reset = HTTPClient.Request(
                "POST",
                "http://\(entry.address)/reset_prefix_cache",
                deadline: nil
            )
            #expect(try await client.send(reset).status == 200)
        } while try subscriber.receive(timeoutMilliseconds: 50) != .message

        let topic = String(
            decoding: subscriber.topic.indices.map { subscriber.topic[$0] },
            as: UTF8.self
        )
        #expect(topic == "kv@\(entry.address)@m")
        let payload = subscriber.payload.indices.map { subscriber.payload[$0] }
        let cleared = EventBatchEncoder.encode([.allBlocksCleared], timestamp: 0)
        #expect(payload.count == cleared.count)
        #expect(payload[10...].elementsEqual(cleared[10...]))  // the time aside
        let number = subscriber.number

        let again = HTTPClient.Request(
            "POST",
            "http://\(entry.address)/reset_prefix_cache",
            deadline: nil
        )
        _ = try await client.send(again)
        #expect(try subscriber.receive(timeoutMilliseconds: 20_000) == .message)
        let following = subscriber.number
        #expect(following == number.map { $0 + 1 })
    }

    @Test func `events that nobody received are sent again to whoever asks`() async throws {
        let fleet = try fleet("a")
        let running = Task { try await fleet.run() }
        defer { running.cancel() }
        let (entry, client) = (fleet.entries[0], HTTPClient())
        var asker = try ReplaySocket.open(entry.replayAddress, in: ZMQContext())
        var numbers: [UInt64] = []
        while numbers.count < 2 {
            let reset = HTTPClient.Request(
                "POST",
                "http://\(entry.address)/reset_prefix_cache",
                deadline: nil
            )
            #expect(try await client.send(reset).status == 200)
            numbers = []
            try asker.request(from: 1)
            while try asker.receive(timeoutMilliseconds: 20_000) == .batch {
                asker.number.map { numbers.append($0) }
            }
        }
        #expect(numbers.elementsEqual(1...UInt64(numbers.count)))
        let hasTopic = asker.hasTopic
        #expect(hasTopic)
    }

    @Test func `each engine has its own name and ports`() throws {
        let entries = try fleet("a", "b").entries
        #expect(entries.map(\.name) == ["a", "b"])
        let addresses = entries.flatMap { [$0.address, $0.eventsAddress, $0.replayAddress] }
        #expect(Set(addresses).count == 6)
    }

    @Test func `an endpoints file lists the engines`() {
        let entry = EndpointsFile.Entry(
            name: "engine-0",
            address: "127.0.0.1:8001",
            eventsAddress: "tcp://127.0.0.1:5557",
            replayAddress: "tcp://127.0.0.1:6557"
        )
        #expect(
            EndpointsFile.render([entry]) == """
                endpoints:
                  - name: engine-0
                    address: 127.0.0.1:8001
                    kvEvents: tcp://127.0.0.1:5557
                    kvReplay: tcp://127.0.0.1:6557

                """
        )
    }
}
