internal import CMicroHTTPD
internal import Glibc

/// A bound TCP socket that queues connections until somebody accepts them.
struct ListeningSocket: ~Copyable {
    private let descriptor: Int32
    let port: Int

    private init(owning descriptor: Int32) {
        self.descriptor = descriptor
        port = Int(cmhd_local_port(descriptor))
    }

    deinit { close(descriptor) }

    static func open(host: String, port: UInt16) throws(HTTPError) -> ListeningSocket {
        let descriptor = unsafe cmhd_listen(host, port)
        guard descriptor >= 0 else {
            throw .cannotListen(address: "\(host):\(port)", errno: -descriptor)
        }
        return ListeningSocket(owning: descriptor)
    }

    /// A second descriptor of the same socket, for a library that closes what it is given.
    func duplicate() -> Int32 { dup(descriptor) }
}
