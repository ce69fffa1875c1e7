import CommandLineArguments

@main
enum Main {
    static func main() async {
        _ = SimulatorOptions.command.parseOrExit()
    }
}
