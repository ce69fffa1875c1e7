internal import CMicroHTTPD
internal import Glibc

/// libmicrohttpd's daemon, and the callbacks that tie its connections to `HTTPExchange`s.
///
/// What C holds: the daemon holds its server (given by `start`, claimed by `stop`), a connection
/// its exchange (given at the headers, claimed when libmicrohttpd says the request has ended,
/// which it says once for every context it was given), and a response its exchange (given with
/// the reader, claimed by the reader's free callback).
@safe struct MicroHTTPDaemon: ~Copyable {
    private let daemon: OpaquePointer
    private let server: Unmanaged<HTTPServer>

    /// Takes `socket` over.
    static func start(
        _ socket: Int32,
        _ config: HTTPServer.Config,
        serving server: HTTPServer
    ) -> MicroHTTPDaemon? {
        let held = unsafe Unmanaged.passRetained(server)
        let daemon = unsafe cmhd_start(
            socket,
            UInt32(config.connectionsMax),
            UInt32(config.idleSecondsMax),
            MicroHTTPDaemon.access,
            MicroHTTPDaemon.completed,
            held.toOpaque()
        )
        guard let daemon = unsafe daemon else {
            unsafe held.release()
            return nil
        }
        return unsafe MicroHTTPDaemon(daemon: daemon, server: held)
    }

    /// Blocks until the daemon's thread has ended. No connection may be suspended.
    consuming func stop() {
        unsafe MHD_stop_daemon(daemon)
        unsafe server.release()
    }

    /// Called at the headers, for each piece of the body, at its end, and after resumptions.
    private static let access: MHD_AccessHandlerCallback = {
        (closure, connection, path, method, _, upload, uploadCount, context) in
        guard let closure = unsafe closure, let connection = unsafe connection,
            let context = unsafe context, let uploadCount = unsafe uploadCount
        else { return .NO }
        let server = unsafe Unmanaged<HTTPServer>.fromOpaque(closure).takeUnretainedValue()
        guard let held = unsafe context.pointee else {
            guard let exchange = unsafe server.begin(on: connection) else { return .NO }
            unsafe context.pointee = Unmanaged.passRetained(exchange).toOpaque()
            return .YES
        }
        let exchange = unsafe Unmanaged<HTTPExchange>.fromOpaque(held).takeUnretainedValue()
        if unsafe uploadCount.pointee > 0 {
            let piece = unsafe UnsafeRawBufferPointer(start: upload, count: uploadCount.pointee)
            unsafe uploadCount.pointee = 0
            return unsafe exchange.received(piece) ? .YES : .NO
        }
        switch exchange.nextStep() {
        case .hangUp: return .NO
        case .queue(let response): return unsafe queue(response, exchange, connection)
        case .handle(let body):
            let request = unsafe HTTPRequest(
                method: method.map { unsafe String(cString: $0) } ?? "",
                path: path.map { unsafe String(cString: $0) } ?? "",
                query: fields(.GET_ARGUMENT_KIND, of: connection),
                headers: fields(.HEADER_KIND, of: connection),
                body: body
            )
            unsafe server.handle(request, in: exchange, socket: cmhd_connection_socket(connection))
            return .YES
        }
    }

    private static let completed: MHD_RequestCompletedCallback = { _, _, context, _ in
        guard let context = unsafe context, let held = unsafe context.pointee else { return }
        unsafe context.pointee = nil
        unsafe Unmanaged<HTTPExchange>.fromOpaque(held).takeRetainedValue().clientLeft()
    }

    private static func fields(_ kind: MHD_ValueKind, of connection: OpaquePointer) -> HTTPHeaders {
        var fields = HTTPHeaders()
        unsafe withUnsafeMutablePointer(to: &fields) { fields in
            _ = unsafe MHD_get_connection_values(
                connection,
                kind,
                { fields, _, name, value in
                    guard let fields = unsafe fields, let name = unsafe name else { return .YES }
                    unsafe fields.assumingMemoryBound(to: HTTPHeaders.self).pointee.append(
                        String(cString: name),
                        value.map { unsafe String(cString: $0) } ?? ""
                    )
                    return .YES
                },
                fields
            )
        }
        return fields
    }
}

// MARK: Responses

extension MicroHTTPDaemon {
    private static func queue(
        _ response: HTTPResponse,
        _ exchange: HTTPExchange,
        _ connection: OpaquePointer
    ) -> MHD_Result {
        guard let queued = unsafe make(response, exchange) else { return .NO }
        for field in response.headers.fields {
            // Refused only if it is no header: a line break in it cannot forge another.
            _ = unsafe MHD_add_response_header(queued, field.name, field.value)
        }
        defer { unsafe MHD_destroy_response(queued) }  // the connection holds its own reference
        return unsafe MHD_queue_response(connection, UInt32(response.status), queued)
    }

    private static func make(_ response: HTTPResponse, _ exchange: HTTPExchange) -> OpaquePointer? {
        switch response.body {
        case .bytes(let bytes):
            return unsafe bytes.withUnsafeBytes { buffer in
                unsafe MHD_create_response_from_buffer(
                    buffer.count,
                    UnsafeMutableRawPointer(mutating: buffer.baseAddress),
                    .RESPMEM_MUST_COPY
                )
            }
        case .stream:
            let held = unsafe Unmanaged.passRetained(exchange)
            let response = unsafe MHD_create_response_from_callback(
                cmhd_size_unknown(),
                16 << 10,
                { held, _, buffer, countMax in
                    guard let held = unsafe held else { return cmhd_end_with_error() }
                    let exchange = unsafe Unmanaged<HTTPExchange>.fromOpaque(held)
                        .takeUnretainedValue()
                    return unsafe exchange.read(
                        into: UnsafeMutableRawBufferPointer(start: buffer, count: countMax)
                    )
                },
                held.toOpaque(),
                { held in
                    if let held = unsafe held {
                        unsafe Unmanaged<HTTPExchange>.fromOpaque(held).release()
                    }
                }
            )
            if unsafe response == nil { unsafe held.release() }
            return unsafe response
        }
    }
}
