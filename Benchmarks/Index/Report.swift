import Glibc

/// CPU time that the calling thread has used, in seconds. Other processes do not disturb it.
func threadSeconds() -> Double { seconds(of: CLOCK_THREAD_CPUTIME_ID) }

/// CPU time that all threads of this process have used, in seconds.
func processSeconds() -> Double { seconds(of: CLOCK_PROCESS_CPUTIME_ID) }

private func seconds(of clock: clockid_t) -> Double {
    var time = timespec()
    unsafe clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// Memory of this process that lies in RAM, in bytes.
func residentBytes() -> Int {
    guard let file = unsafe fopen("/proc/self/statm", "r") else { return 0 }
    defer { unsafe fclose(file) }
    var line = [CChar](repeating: 0, count: 128)
    guard unsafe fgets(&line, Int32(line.count), file) != nil else { return 0 }
    let text = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    return text.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * 4096 } ?? 0
}

/// Prints one line of the form `bench index/CASE VALUE UNIT`.
func report(_ name: String, _ value: Double, _ unit: String) {
    let hundredths = Int((value * 100).rounded())
    let fraction = hundredths % 100
    print("bench index/\(name) \(hundredths / 100).\(fraction / 10)\(fraction % 10) \(unit)")
    fflush(nil)
}
