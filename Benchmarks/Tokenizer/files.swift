import Glibc

/// Texts are in one file, each after its count of bytes on a line of its own.
func readTexts(_ path: String) -> [[UInt8]] {
    guard let file = unsafe fopen(path, "r") else { fatalError("cannot open \(path)") }
    defer { unsafe fclose(file) }
    var texts: [[UInt8]] = []
    var count = 0
    while unsafe readCount(file, &count) {
        var text = [UInt8](repeating: 0, count: count)
        precondition(unsafe fread(&text, 1, count, file) == count, "the file ends in a text")
        texts.append(text)
    }
    return texts
}

/// Reads a line that holds a number; false at the end of the file.
private func readCount(_ file: UnsafeMutablePointer<FILE>, _ count: inout Int) -> Bool {
    count = 0
    while true {
        let character = unsafe fgetc(file)
        if character == EOF { return false }
        if character == 10 { return true }
        count = count * 10 + Int(character - 48)
    }
}

/// What of this process is in memory.
func residentBytes() -> Int {
    guard let file = unsafe fopen("/proc/self/statm", "r") else { return 0 }
    defer { unsafe fclose(file) }
    // Pages: in all, then resident.
    while unsafe fgetc(file) > 32 {}
    var pages = 0
    while case let digit = unsafe fgetc(file), digit > 32 { pages = pages * 10 + Int(digit - 48) }
    return pages * sysconf(Int32(_SC_PAGESIZE))
}
