import NIOCore

/// One call of the gRPC health service, of which load balancers and Kubernetes know how to ask.
///
///     HealthCheckRequest   service = 1
///     HealthCheckResponse  status = 1 (SERVING = 1, NOT_SERVING = 2, SERVICE_UNKNOWN = 3)
final class HealthCall: HTTP2Call {
    enum Method {
        case check, watch

        init?(path: String) {
            switch path {
            case "/grpc.health.v1.Health/Check": self = .check
            case "/grpc.health.v1.Health/Watch": self = .watch
            default: return nil
            }
        }
    }

    enum Status: UInt8 {
        case serving = 1, notServing, unknown
    }

    /// How often a watch looks; its clients are few.
    private static let interval = TimeAmount.milliseconds(500)

    private let method: Method
    private let number: Int32
    private unowned let connection: ConnectionHandler
    private var deframer: GRPCDeframer
    private var service: String?
    private var told: Status?
    private var timer: Scheduled<Void>?
    private var isEnded = false

    init(_ number: Int32, method: Method, connection: ConnectionHandler) {
        self.number = number
        self.method = method
        self.connection = connection
        deframer = GRPCDeframer(messageLimit: connection.loop.configuration.limits.nameBytes)
    }

    var bufferedBytes: Int { deframer.bufferedBytes }
    var isWaitingForPeer: Bool { service == nil && !isEnded }

    func received(_ bytes: ByteBuffer) {
        guard !isEnded else { return }
        deframer.append(bytes)
        do {
            while !isEnded, let message = try deframer.next() { try received(message) }
        } catch {
            end(error)
        }
    }

    func halfClosed() {
        // A watch goes on: its one request has been said.
        if service == nil { end(GRPCStatus(code: .invalidArgument, message: "the call ends without a whole request")) }
    }

    func closed() {
        isEnded = true
        timer?.cancel()
    }

    func end(_ status: GRPCStatus) {
        guard !isEnded else { return }
        // Who watches is told why before it ends.
        if method == .watch, service != nil { tell() }
        isEnded = true
        timer?.cancel()
        connection.end(number, status)
    }

    private func received(_ message: [UInt8]) throws(GRPCStatus) {
        guard service == nil else { throw GRPCStatus(code: .invalidArgument, message: "a health call has one request") }
        let name: String
        do {
            name = try Self.service(message)
        } catch {
            throw GRPCStatus(code: .invalidArgument, message: "the message is no HealthCheckRequest")
        }
        service = name
        switch method {
        case .check:
            let status = status(of: name)
            if status == .unknown { throw GRPCStatus(code: .notFound, message: "this server has no service \(name)") }
            send(status)
            end(.ok)
        case .watch:
            watch()
        }
    }

    private func watch() {
        guard !isEnded else { return }
        tell()
        connection.pump()
        timer = connection.loop.loop.assumeIsolated().scheduleTask(in: Self.interval) { [weak self] in self?.watch() }
    }

    private func tell() {
        guard let service else { return }
        let status = status(of: service)
        guard status != told else { return }
        told = status
        send(status)
    }

    private func status(of service: String) -> Status {
        guard service.isEmpty || DiscoveryMethod.serviceNames.contains(service) else { return .unknown }
        return connection.loop.isServing ? .serving : .notServing
    }

    private func send(_ status: Status) { connection.send(ByteBuffer(bytes: [0, 0, 0, 0, 2, 8, status.rawValue]), on: number) }

    private static func service(_ message: [UInt8]) throws(RequestReader.Fault) -> String {
        var reader = RequestReader(message[...])
        var name = ""
        while let (field, type) = try reader.nextTag() {
            if case (1, .lengthDelimited) = (field, type) { name = try reader.string() } else { try reader.skip(type) }
        }
        return name
    }
}
