import Glibc
package import Jinja

extension TemplateClock {
    /// This machine's time in its own zone. Engines print theirs: run in the same zone.
    package static let system = TemplateClock {
        var seconds = time(nil)
        var parts = unsafe tm()
        unsafe localtime_r(&seconds, &parts)
        return unsafe LocalTime(secondsSince1970: seconds + parts.tm_gmtoff)
    }
}
