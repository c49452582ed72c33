import NIOCore

/// How a call ends.
struct GRPCStatus: Error, Equatable {
    enum Code: Int {
        case ok = 0
        case invalidArgument = 3
        case deadlineExceeded = 4
        case notFound = 5
        case permissionDenied = 7
        case resourceExhausted = 8
        case unimplemented = 12
        case `internal` = 13
        case unavailable = 14

        /// As gRPC's documents write it, in lower case: a label in metrics.
        var label: String {
            switch self {
            case .ok: "ok"
            case .invalidArgument: "invalid_argument"
            case .deadlineExceeded: "deadline_exceeded"
            case .notFound: "not_found"
            case .permissionDenied: "permission_denied"
            case .resourceExhausted: "resource_exhausted"
            case .unimplemented: "unimplemented"
            case .internal: "internal"
            case .unavailable: "unavailable"
            }
        }
    }

    var code: Code
    var message: String

    static let ok = GRPCStatus(code: .ok, message: "")

    /// The fields of the trailers.
    var fields: [(String, String)] {
        var fields = [("grpc-status", String(code.rawValue))]
        if !message.isEmpty { fields.append(("grpc-message", Self.percentEncoded(message))) }
        return fields
    }

    /// A header value holds printable ASCII only: anything else, and the percent sign itself, is written as %XX.
    static func percentEncoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if (0x20...0x7e).contains(byte) && byte != 0x25 {
                bytes.append(byte)
            } else {
                bytes += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Cuts the bytes of a request stream into messages: one byte of flags, four of length, the message.
struct GRPCDeframer {
    /// Of each message: flags and length.
    static let prefixLength = 5

    let messageLimit: Int
    private var received = ByteBuffer()

    init(messageLimit: Int) { self.messageLimit = messageLimit }

    /// A message was begun and not ended.
    var isInsideMessage: Bool { received.readableBytes > 0 }

    var bufferedBytes: Int { received.readableBytes }

    mutating func append(_ bytes: ByteBuffer) {
        var bytes = bytes
        if received.readableBytes == 0 { received = bytes } else { received.writeBuffer(&bytes) }
    }

    /// The next whole message.
    mutating func next() throws(GRPCStatus) -> [UInt8]? {
        guard let flags = received.getInteger(at: received.readerIndex, as: UInt8.self) else { return nil }
        guard flags == 0 else {
            // The request's headers named no encoding, because the server offers none.
            if flags == 1 { throw GRPCStatus(code: .unimplemented, message: "compressed messages are not supported") }
            throw GRPCStatus(code: .internal, message: "the message has unknown flags \(flags)")
        }
        guard let length = received.getInteger(at: received.readerIndex + 1, as: UInt32.self) else { return nil }
        // Refused by its announcement: it is never collected.
        guard length <= messageLimit else {
            throw GRPCStatus(
                code: .resourceExhausted,
                message: "a message of \(length) bytes is over the limit of \(messageLimit)"
            )
        }
        guard received.readableBytes >= 5 + Int(length) else { return nil }
        received.moveReaderIndex(forwardBy: 5)
        let message = received.readBytes(length: Int(length)) ?? []
        if received.readableBytes == 0 { received = ByteBuffer() }
        return message
    }
}
