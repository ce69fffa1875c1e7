import Glibc

/// Memory that is all zeros at first. Large pieces go back to the system when they are freed,
/// whatever else the process has allocated meanwhile.
enum ZeroedMemory {
    private static let mappedBytesMin = 64 << 10

    /// Ends the process if there is no memory, as any allocation in Swift does.
    static func allocate(bytes: Int) -> UnsafeMutableRawPointer {
        let memory =
            if bytes >= mappedBytesMin {
                unsafe mmap(
                    nil,
                    bytes,
                    PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS,
                    -1,
                    0
                )
            } else {
                unsafe calloc(1, bytes)
            }
        guard let memory = unsafe memory, unsafe memory != MAP_FAILED else {
            preconditionFailure("no memory for \(bytes) bytes")
        }
        return unsafe memory
    }

    /// - Parameter bytes: as allocated.
    static func free(_ memory: UnsafeMutableRawPointer, bytes: Int) {
        if bytes >= mappedBytesMin {
            unsafe munmap(memory, bytes)
        } else {
            unsafe Glibc.free(memory)
        }
    }
}
