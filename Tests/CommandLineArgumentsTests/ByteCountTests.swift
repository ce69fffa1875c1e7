import CommandLineArguments
import Testing

@Suite struct ByteCountTests {
    @Test(arguments: [("0", 0), ("4096", 4096), ("512KiB", 524_288), ("10MiB", 10_485_760)])
    func `a size is a number of bytes, or has a unit`(text: String, bytes: Int) {
        #expect(ByteCount(optionText: text)?.bytes == bytes)
    }

    @Test(arguments: ["", "MiB", "-1", "1.5MiB", "10MB", "9223372036854775807KiB"])
    func `what is no size, or too large for one, is refused`(text: String) {
        #expect(ByteCount(optionText: text) == nil)
    }

    @Test(arguments: ["0", "1000", "4MiB", "3GiB"])
    func `a size is shown in its largest whole unit`(text: String) {
        #expect(ByteCount(optionText: text)?.optionText == text)
    }
}
