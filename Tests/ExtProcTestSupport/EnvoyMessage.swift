/// What Envoy sends to an external processor: messages of type `ProcessingRequest`, encoded.
package enum EnvoyMessage {
    /// The fields of `ProcessingRequest`.
    package enum Kind: UInt64, CaseIterable, Sendable {
        case requestHeaders = 2
        case responseHeaders = 3
        case requestBody = 4
        case responseBody = 5
        case requestTrailers = 6
        case responseTrailers = 7
    }

    package static func headers(
        _ kind: Kind,
        _ headers: [(String, String)] = [],
        endOfStream: Bool = false,
        bodyModes: (request: UInt64, response: UInt64)? = nil,
        metadata: ProtobufWriter? = nil
    ) -> [UInt8] {
        ProtobufWriter { request in
            request.message(kind.rawValue) { message in
                message.message(1) { map in
                    for (name, value) in headers {
                        map.message(1) { header in
                            header.text(1, name)
                            header.text(3, value)
                        }
                    }
                }
                if endOfStream { message.varint(3, 1) }
            }
            if let metadata { request.message(8, metadata) }
            if let bodyModes {
                request.message(11) { configuration in
                    configuration.varint(1, bodyModes.request)
                    configuration.varint(2, bodyModes.response)
                }
            }
        }.bytes
    }

    package static func body(_ kind: Kind, _ bytes: [UInt8], endOfStream: Bool = false) -> [UInt8] {
        ProtobufWriter { request in
            request.message(kind.rawValue) { body in
                body.bytes(1, bytes)
                if endOfStream { body.varint(2, 1) }
            }
        }.bytes
    }

    package static func trailers(_ kind: Kind) -> [UInt8] {
        ProtobufWriter { $0.message(kind.rawValue) { _ in } }.bytes
    }

    /// `Metadata` whose subset hint is the given `Value`.
    package static func subsetHint(_ value: ProtobufWriter) -> ProtobufWriter {
        entry("envoy.lb.subset_hint", entry("x-gateway-destination-endpoint-subset", value))
    }

    /// A message whose field 1 is a map with one entry.
    package static func entry(_ key: String, _ value: ProtobufWriter) -> ProtobufWriter {
        ProtobufWriter { map in
            map.message(1) { entry in
                entry.text(1, key)
                entry.message(2, value)
            }
        }
    }

    /// `Value.string_value`.
    package static func value(_ text: String) -> ProtobufWriter {
        ProtobufWriter { $0.text(3, text) }
    }

    /// `Value.list_value`.
    package static func value(_ list: [ProtobufWriter]) -> ProtobufWriter {
        ProtobufWriter { value in
            value.message(6) { values in
                for element in list { values.message(1, element) }
            }
        }
    }
}
