import CommandLineArguments
import Testing

@Suite struct NamedValuesTests {
    @Test func `pairs are separated by commas, and the last of a name counts`() {
        let values = NamedValues(optionText: "org/a=/x,b=/y=z,b=/w")
        #expect(values?.values == ["org/a": "/x", "b": "/w"])
        #expect(values?.optionText == "b=/w,org/a=/x")
        #expect(NamedValues(optionText: "")?.values.isEmpty == true)
    }

    @Test(arguments: ["a", "a=", "=b", "a=b,c"])
    func `what is no pair is refused`(text: String) {
        #expect(NamedValues(optionText: text) == nil)
    }
}
