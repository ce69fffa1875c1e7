import CommandLineArguments
import Testing

@Suite struct DurationOptionTests {
    @Test(arguments: [
        ("30s", Duration.seconds(30)), ("500ms", .milliseconds(500)), ("1.5m", .seconds(90)),
        ("2h", .seconds(7200)), ("0s", .zero),
    ])
    func `a time is a number and a unit`(text: String, duration: Duration) {
        #expect(Duration(optionText: text) == duration)
    }

    @Test(arguments: ["30", "s", "-1s", "1d", "infs", "nans", "1e99h", ""])
    func `a time without a unit, or out of bounds, is refused`(text: String) {
        #expect(Duration(optionText: text) == nil)
    }

    @Test(arguments: ["30s", "500ms", "1.5s"])
    func `a time is shown as it is written`(text: String) {
        #expect(Duration(optionText: text)?.optionText == text)
    }
}
