internal import CCurl
import Synchronization

/// One request on its way, with its curl easy handle.
///
/// `@unchecked Sendable`: once submitted, only the client's thread touches it, `isCancelled`
/// aside. curl holds it unretained, which is safe because `CurlLoop.transfers` holds it for as
/// long as the easy handle is on the multi handle.
@safe final class CurlTransfer: @unchecked Sendable {
    typealias Outcome = Result<HTTPClient.ResponseHead, HTTPError>
    typealias Continuation = CheckedContinuation<Outcome, Never>

    let isCancelled = Atomic(false)
    var continuation: Continuation?
    private(set) var easy: UnsafeMutableRawPointer?

    private let request: HTTPClient.Request
    private let receive: HTTPClient.BodyReceiver
    private var fieldList: UnsafeMutablePointer<curl_slist>?
    private var head = HTTPClient.ResponseHead()
    private var receivedCount = 0

    init(_ request: HTTPClient.Request, _ receive: @escaping HTTPClient.BodyReceiver) {
        self.request = request
        self.receive = receive
    }

    deinit {
        if let easy = unsafe easy { unsafe curl_easy_cleanup(easy) }
        if let fieldList = unsafe fieldList { unsafe curl_slist_free_all(fieldList) }
    }

    func end(_ result: Outcome) {
        continuation?.resume(returning: result)
        continuation = nil
    }

    static func owner(of easy: UnsafeMutableRawPointer) -> CurlTransfer? {
        unsafe ccurl_owner(easy).map {
            unsafe Unmanaged<CurlTransfer>.fromOpaque($0).takeUnretainedValue()
        }
    }

    /// Makes the easy handle. Returns what is wrong with the request, if anything.
    func prepare(_ config: HTTPClient.Config) -> HTTPError? {
        guard let easy = unsafe curl_easy_init() else {
            return .malformedRequest(reason: "out of memory")
        }
        unsafe self.easy = easy
        guard unsafe ccurl_set_string(easy, CURLOPT_URL, request.url) == CURLE_OK else {
            return .malformedRequest(reason: "the URL is not one: \(request.url)")
        }
        unsafe ccurl_set_long(easy, CURLOPT_NOSIGNAL, 1)
        unsafe ccurl_set_long(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
        unsafe ccurl_set_long(
            easy,
            CURLOPT_CONNECTTIMEOUT_MS,
            config.connectTimeout.wholeMilliseconds
        )
        if let deadline = request.deadline {
            unsafe ccurl_set_long(easy, CURLOPT_TIMEOUT_MS, max(1, deadline.wholeMilliseconds))
        }
        _ = unsafe ccurl_set_string(easy, CURLOPT_PROTOCOLS_STR, "http,https")
        // Set even if there is none: curl would ask the environment.
        _ = unsafe ccurl_set_string(easy, CURLOPT_PROXY, config.proxyURL ?? "")
        let noProxyHosts = config.proxyURL == nil ? "*" : config.noProxyHosts
        _ = unsafe ccurl_set_string(easy, CURLOPT_NOPROXY, noProxyHosts)
        if let path = config.certificateAuthorityPath {
            _ = unsafe ccurl_set_string(easy, CURLOPT_CAINFO, path)
        }
        unsafe setCallbacks(of: easy)
        return unsafe setMessage(of: easy)
    }

    private func setMessage(of easy: UnsafeMutableRawPointer) -> HTTPError? {
        if request.method == "HEAD" {
            unsafe ccurl_set_long(easy, CURLOPT_NOBODY, 1)
        } else {
            if request.method != "GET" || !request.body.isEmpty {
                let code = unsafe request.body.withUnsafeBytes {
                    unsafe ccurl_set_body(easy, $0.baseAddress, $0.count)
                }
                guard code == CURLE_OK else { return .malformedRequest(reason: "out of memory") }
            }
            _ = unsafe ccurl_set_string(easy, CURLOPT_CUSTOMREQUEST, request.method)
        }
        // An empty value keeps curl from asking with `Expect: 100-continue`, a round trip.
        unsafe fieldList = curl_slist_append(nil, "Expect:")
        for field in request.headers.fields {
            let line = "\(field.name): \(field.value)"
            guard !line.utf8.contains(where: { $0 == 0x0A || $0 == 0x0D || $0 == 0 }) else {
                return .malformedRequest(reason: "a line break in header \(field.name)")
            }
            unsafe fieldList = curl_slist_append(fieldList, line)
        }
        unsafe ccurl_set_headers(easy, fieldList)
        return nil
    }
}

// MARK: The answer

extension CurlTransfer {
    private func setCallbacks(of easy: UnsafeMutableRawPointer) {
        unsafe ccurl_set_callbacks(
            easy,
            { bytes, _, count, owner in
                guard let bytes = unsafe bytes, let owner = unsafe owner else { return 0 }
                let transfer = unsafe Unmanaged<CurlTransfer>.fromOpaque(owner)
                    .takeUnretainedValue()
                unsafe transfer.receivedLine(UnsafeRawBufferPointer(start: bytes, count: count))
                return count
            },
            { bytes, _, count, owner in
                guard let bytes = unsafe bytes, let owner = unsafe owner else { return 0 }
                let transfer = unsafe Unmanaged<CurlTransfer>.fromOpaque(owner)
                    .takeUnretainedValue()
                let piece = unsafe UnsafeRawBufferPointer(start: bytes, count: count)
                return unsafe transfer.received(piece) ? count : 0  // less than given: give up
            },
            Unmanaged.passUnretained(self).toOpaque()
        )
    }

    /// One line of the head. Each status line starts over: `100 Continue` comes before the answer.
    private func receivedLine(_ bytes: UnsafeRawBufferPointer) {
        let line = unsafe bytes.prefix { $0 != 0x0D && $0 != 0x0A }
        if unsafe line.starts(with: "HTTP/".utf8) {
            head = HTTPClient.ResponseHead(status: unsafe ccurl_status(easy))
        } else if let colon = unsafe line.firstIndex(of: UInt8(ascii: ":")) {
            let value = unsafe line[(colon + 1)...].drop { $0 == 0x20 || $0 == 0x09 }
            unsafe head.headers.append(
                String(decoding: line[..<colon], as: UTF8.self),
                String(decoding: value, as: UTF8.self)
            )
        }
    }

    private func received(_ piece: UnsafeRawBufferPointer) -> Bool {
        receivedCount += piece.count
        guard receivedCount <= request.bodyBytesMax else { return false }
        unsafe receive(head, piece.bindMemory(to: UInt8.self).span)
        return true
    }

    func result(_ code: CURLcode) -> Outcome {
        switch code {
        case CURLE_OK: .success(head)
        case CURLE_OPERATION_TIMEDOUT: .failure(.deadlineExceeded)
        case CURLE_WRITE_ERROR: .failure(.bodyTooLarge(bytesMax: request.bodyBytesMax))
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL:
            .failure(.malformedRequest(reason: "the URL is not one: \(request.url)"))
        case CURLE_COULDNT_CONNECT, CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY,
            CURLE_SSL_CONNECT_ERROR,
            CURLE_PEER_FAILED_VERIFICATION:
            .failure(.cannotConnect(reason: unsafe String(cString: curl_easy_strerror(code))))
        default: .failure(.connectionLost(reason: unsafe String(cString: curl_easy_strerror(code))))
        }
    }
}

extension Duration {
    fileprivate var wholeMilliseconds: Int {
        Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000)
    }
}
