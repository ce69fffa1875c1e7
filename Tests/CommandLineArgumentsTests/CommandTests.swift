import CommandLineArguments
import Testing

private enum Color: String, OptionWord { case red, green }

private let port = Option("port", "PORT", default: 8080, help: "Where to listen.")
private let rate = Option("rate", "N", default: 1.5, help: "How fast.")
private let seed = Option<UInt64>("seed", "N", default: 1, help: "Where chance begins.")
private let file = Option<String?>("file", "PATH", default: nil, help: "What to read.")
private let hosts = Option<[String]>("hosts", "A,B", default: [], help: "Whom to ask.")
private let stream = Option(flag: "stream", default: true, help: "Takes answers whole.")
private let color = Option("color", "NAME", default: Color.red, help: "Which color.")

private let command = Command(
    name: "tool",
    summary: "A tool.",
    discussion: "The end.",
    sections: [.init("Options", [port, rate, seed, file, hosts, stream, color])]
)

struct CommandTests {
    private func parse(_ arguments: String...) throws -> Arguments {
        guard case .run(let parsed) = try command.parse(arguments) else {
            throw ArgumentsError.unexpectedArgument("--help")
        }
        return parsed
    }

    @Test func `what is not given has its default`() throws {
        let arguments = try parse()
        #expect(arguments[port] == 8080)
        #expect(arguments[rate] == 1.5)
        #expect(arguments[seed] == 1)
        #expect(arguments[file] == nil)
        #expect(arguments[hosts] == [])
        #expect(arguments[stream])
        #expect(arguments[color] == .red)
        #expect(!arguments.contains(port))
    }

    @Test func `values follow a space or an equals sign, and the last one counts`() throws {
        let arguments = try parse(
            "--port",
            "1",
            "--port=2",
            "--file=a=b",
            "--hosts",
            "x,y",
            "--color",
            "green"
        )
        #expect(arguments[port] == 2)
        #expect(arguments[file] == "a=b")
        #expect(arguments[hosts] == ["x", "y"])
        #expect(arguments[color] == .green)
        #expect(arguments.contains(port))
    }

    @Test(arguments: [
        (["--stream"], true), (["--no-stream"], false), (["--stream=false"], false),
        (["--no-stream", "--stream"], true),
    ])
    func `a flag is turned on and off by name`(line: [String], value: Bool) throws {
        guard case .run(let arguments) = try command.parse(line) else { return }
        #expect(arguments[stream] == value)
    }

    @Test(arguments: [
        (["-prot", "1"], "unknown option --prot; did you mean --port?"),
        (["--prot", "1"], "unknown option --prot; did you mean --port?"),
        (["--zebra-crossing", "1"], "unknown option --zebra-crossing"),
        (["serve"], "unexpected argument serve"),
        (["--port"], "--port wants a whole number, 0 or more"),
        (["--file", "--port"], "--file wants a text"),
        (["--port", "-1"], "--port wants a whole number, 0 or more, not -1"),
        (["--rate=nan"], "--rate wants a number, 0 or more, not nan"),
        (["--color", "blue"], "--color wants one of red, green, not blue"),
    ])
    func `an error says what to do`(line: [String], message: String) {
        let error = #expect(throws: ArgumentsError.self) { try command.parse(line) }
        #expect(error?.description == message)
    }

    @Test func `a required option must be given`() throws {
        let name = Option<String>(required: "name", "NAME", help: "Who.")
        let command = Command(name: "t", summary: "T.", sections: [.init("Options", [name])])
        #expect(throws: ArgumentsError.missingOption("--name")) { try command.parse([]) }
        guard case .run(let arguments) = try command.parse(["--name", "x"]) else { return }
        #expect(arguments[name] == "x")
    }

    @Test func `help lists every option with its default`() throws {
        #expect(try command.parse(["--port", "1", "--help"]) == .showHelp)
        #expect(
            command.helpText == """
                A tool.

                Usage: tool [options]

                Options:
                  --port PORT                     Where to listen. Default: 8080.
                  --rate N                        How fast. Default: 1.5.
                  --seed N                        Where chance begins. Default: 1.
                  --file PATH                     What to read.
                  --hosts A,B                     Whom to ask.
                  --no-stream                     Takes answers whole.
                  --color NAME                    Which color. Default: red.

                  --help                          Shows this help.

                The end.

                """
        )
    }
}
