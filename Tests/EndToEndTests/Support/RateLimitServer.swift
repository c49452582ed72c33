import Synchronization

/// envoy.service.ratelimit.v3.RateLimitService inside the test: keeps what it was asked, and finds too many where a value is 'over'.
final class RateLimitServer: Sendable {
    private let server: GrpcServer
    private let record: Record

    private final class Record: Sendable {
        let asked = Mutex<[String]>([])
    }

    static func start(_ name: String) async throws -> RateLimitServer {
        let record = Record()
        let server = try await GrpcServer.start(name) { request in
            let descriptors = fields(request).filter { $0.number == 2 }.map { words(descriptor: $0.bytes) }
            let domain = fields(request).first { $0.number == 1 }.map { text($0.bytes) } ?? ""
            record.asked.withLock { $0.append("\(domain): \(descriptors.joined(separator: " | "))") }
            let codes = descriptors.map { ($0 + " ").contains("=over ") ? over : fine }
            // Of each descriptor: the code, and the limit of 5 a minute, of which 3 are left.
            let statuses = codes.flatMap { code in [0x12, 0x0a, 0x08, code, 0x12, 0x04, 0x08, 5, 0x10, 2, 0x18, 3] as [UInt8] }
            return [0x08, codes.contains(over) ? over : fine] + statuses
        }
        return RateLimitServer(server: server, record: record)
    }

    private init(server: GrpcServer, record: Record) {
        self.server = server
        self.record = record
    }

    var name: String { server.name }
    var object: String { server.object }

    /// What has been asked since this was called last: `<domain>: <key>=<value> <key>=<value> | <the next descriptor>` each time.
    func news() -> [String] {
        record.asked.withLock { asked in
            defer { asked = [] }
            return asked
        }
    }
}

private let fine: UInt8 = 1
private let over: UInt8 = 2

private func words(descriptor: [UInt8]) -> String {
    fields(descriptor).filter { $0.number == 1 }.map { entry in
        fields(entry.bytes).map { text($0.bytes) }.joined(separator: "=")
    }.joined(separator: " ")
}

private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

/// The fields of a message that have a length; there are no others of interest, and none of 64 or 32 bits.
private func fields(_ message: [UInt8]) -> [(number: UInt8, bytes: [UInt8])] {
    var found: [(number: UInt8, bytes: [UInt8])] = []
    var rest = message[...]
    func number() -> Int {
        var (value, shift) = (0, 0)
        while let byte = rest.popFirst() {
            value |= Int(byte & 0x7f) << shift
            shift += 7
            if byte < 0x80 || shift > 28 { break }
        }
        return value
    }
    while let tag = rest.popFirst() {
        let value = number()
        guard tag & 7 == 2 else { continue }
        found.append((tag >> 3, Array(rest.prefix(value))))
        rest = rest.dropFirst(value)
    }
    return found
}
