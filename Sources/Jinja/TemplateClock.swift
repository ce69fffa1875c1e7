/// Tells templates the local time, which some print as today's date.
package struct TemplateClock: Sendable {
    /// A date and time on the wall: no zone.
    package struct LocalTime: Sendable, Equatable {
        package var year: Int
        /// 1...12
        package var month: Int
        /// 1...31
        package var day: Int
        package var hour: Int
        package var minute: Int
        package var second: Int

        package init(
            year: Int,
            month: Int,
            day: Int,
            hour: Int = 0,
            minute: Int = 0,
            second: Int = 0
        ) {
            (self.year, self.month, self.day) = (year, month, day)
            (self.hour, self.minute, self.second) = (hour, minute, second)
        }
    }

    package let now: @Sendable () -> LocalTime

    package init(now: @escaping @Sendable () -> LocalTime) { self.now = now }

    /// A clock that stands still.
    package init(at time: LocalTime) { now = { time } }
}

extension TemplateClock.LocalTime {
    /// Days since 1970-01-01 in the proleptic Gregorian calendar.
    private var dayNumber: Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
            - 719_468
    }

    /// Monday is 0.
    var weekday: Int { ((dayNumber + 3) % 7 + 7) % 7 }

    /// 1...366
    var dayOfYear: Int {
        dayNumber - Self(year: year, month: 1, day: 1).dayNumber + 1
    }

    /// The seconds since 1970, had this time been in Greenwich.
    package init(secondsSince1970 seconds: Int) {
        let days = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        let rest = seconds - days * 86_400
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        self.init(
            year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
            month: month,
            day: dayOfYear - (153 * shiftedMonth + 2) / 5 + 1,
            hour: rest / 3600,
            minute: rest / 60 % 60,
            second: rest % 60
        )
    }
}
