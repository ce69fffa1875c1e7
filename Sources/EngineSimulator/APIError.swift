package import HTTP
import JSON

/// An answer that says what is wrong with a request, in OpenAI's shape as vLLM sends it.
package struct APIError: Error, Equatable {
    package let status: Int
    package let type: String
    package let message: String

    package static func badRequest(_ message: String) -> APIError {
        APIError(status: 400, type: "BadRequestError", message: message)
    }

    package static func unknownModel(_ name: String) -> APIError {
        APIError(
            status: 404,
            type: "NotFoundError",
            message: "The model `\(name)` does not exist."
        )
    }

    package static let notFound = APIError(status: 404, type: "NotFoundError", message: "Not Found")

    package static let unavailable = APIError(
        status: 503,
        type: "ServiceUnavailableError",
        message: "The engine was told to fail."
    )

    package var response: HTTPResponse {
        var json = JSONWriter()
        json.object { json in
            json.objectField("error") { json in
                json.field("message", message)
                json.field("type", type)
                json.nullField("param")
                json.field("code", status)
            }
        }
        return HTTPResponse(
            status: status,
            headers: ["content-type": "application/json"],
            body: .bytes(json.bytes)
        )
    }
}
