import Glibc

/// Has the machine provide memory before it is needed. Where that is a virtual one whose host
/// takes idle memory back, the first touch of a page costs many times what it costs later, by
/// whichever process: no matter of an index, and different from run to run.
func warmMemory(bytes: Int = 768 << 20) {
    let flags = MAP_PRIVATE | MAP_ANONYMOUS
    guard let memory = unsafe mmap(nil, bytes, PROT_READ | PROT_WRITE, flags, -1, 0),
        unsafe memory != MAP_FAILED
    else { return }
    for page in stride(from: 0, to: bytes, by: 4_096) {
        unsafe memory.storeBytes(of: 1, toByteOffset: page, as: UInt8.self)
    }
    unsafe munmap(memory, bytes)
}
