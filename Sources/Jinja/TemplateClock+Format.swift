extension TemplateClock.LocalTime {
    private static let weekdays = [
        "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
    ]
    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    ]

    /// `strftime` in the C locale, with glibc's `-`, which leaves padding out.
    func formatted(_ format: [UInt8]) throws(TemplateError) -> [UInt8] {
        var result: [UInt8] = []
        var rest = format[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%"), !rest.isEmpty else {
                result.append(byte)
                continue
            }
            var isPadded = true
            if rest.first == UInt8(ascii: "-") {
                isPadded = false
                rest.removeFirst()
            }
            guard let directive = rest.popFirst() else { break }
            result += Array(try field(directive, isPadded: isPadded).utf8)
        }
        return result
    }

    private func field(
        _ directive: UInt8,
        isPadded: Bool
    ) throws(TemplateError) -> String {
        func number(_ value: Int, _ width: Int = 2, _ fill: String = "0") -> String {
            let digits = String(value)
            guard isPadded else { return digits }
            return String(repeating: fill, count: max(0, width - digits.utf8.count)) + digits
        }
        func composed(_ format: StaticString) throws(TemplateError) -> String {
            String(decoding: try formatted([UInt8](format)), as: UTF8.self)
        }
        let hour12 = hour % 12 == 0 ? 12 : hour % 12
        switch Unicode.Scalar(directive) {
        case "Y": return number(year, 4)
        case "C": return number(year / 100)
        case "y": return number(year % 100)
        case "m": return number(month)
        case "d": return number(day)
        case "e": return number(day, 2, " ")
        case "H": return number(hour)
        case "k": return number(hour, 2, " ")
        case "I": return number(hour12)
        case "l": return number(hour12, 2, " ")
        case "M": return number(minute)
        case "S": return number(second)
        case "f": return "000000"
        case "j": return number(dayOfYear, 3)
        case "u": return String(weekday + 1)
        case "w": return String((weekday + 1) % 7)
        case "U": return number((dayOfYear + 6 - (weekday + 1) % 7) / 7)
        case "W": return number((dayOfYear + 6 - weekday) / 7)
        case "B": return Self.months[month - 1]
        case "b", "h": return String(Self.months[month - 1].prefix(3))
        case "A": return Self.weekdays[weekday]
        case "a": return String(Self.weekdays[weekday].prefix(3))
        case "p": return hour < 12 ? "AM" : "PM"
        case "P": return hour < 12 ? "am" : "pm"
        case "F": return try composed("%Y-%m-%d")
        case "T", "X": return try composed("%H:%M:%S")
        case "D", "x": return try composed("%m/%d/%y")
        case "R": return try composed("%H:%M")
        case "r": return try composed("%I:%M:%S %p")
        case "c": return try composed("%a %b %e %H:%M:%S %Y")
        case "n": return "\n"
        case "t": return "\t"
        case "%": return "%"
        case "Z", "z": return ""
        default:
            throw TemplateError(.unsupported, "%\(Character(Unicode.Scalar(directive))) in a date")
        }
    }
}
