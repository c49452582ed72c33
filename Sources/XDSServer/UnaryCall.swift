import NIOCore
import XDSCache

/// One call of a Fetch method.
final class UnaryCall: HTTP2Call {
    private let method: DiscoveryMethod
    private let number: Int32
    private unowned let connection: ConnectionHandler
    private var deframer: GRPCDeframer
    private var fetch: Fetch?
    private var isEnded = false

    init(_ number: Int32, method: DiscoveryMethod, connection: ConnectionHandler) {
        self.number = number
        self.method = method
        self.connection = connection
        deframer = GRPCDeframer(messageLimit: connection.loop.configuration.limits.requestBytes)
    }

    var bufferedBytes: Int { deframer.bufferedBytes }
    var isWaitingForPeer: Bool { fetch == nil && !isEnded }

    func received(_ bytes: ByteBuffer) {
        guard !isEnded else { return }
        deframer.append(bytes)
        do {
            while let message = try deframer.next() { try received(message) }
        } catch {
            end(error)
        }
    }

    func halfClosed() {
        if fetch == nil { end(GRPCStatus(code: .invalidArgument, message: "the call ends without a whole request")) }
    }

    func closed() {
        isEnded = true
        fetch?.cancel()
        fetch = nil
    }

    func end(_ status: GRPCStatus) {
        guard !isEnded else { return }
        isEnded = true
        connection.end(number, status)
    }

    private func received(_ message: [UInt8]) throws(GRPCStatus) {
        guard fetch == nil else { throw GRPCStatus(code: .invalidArgument, message: "a unary call has one request") }
        guard let type = method.onlyType else { return }
        let request = try connection.loop.decode(message, dialect: .stateOfTheWorld)
        let fetch = Fetch(request, type: type, peer: connection.peer, loop: connection.loop) { [weak self] in self?.answer($0) }
        self.fetch = fetch
        fetch.start()
    }

    private func answer(_ answer: Fetch.Answer) {
        switch answer {
        case .success(let response):
            connection.send(OutgoingMessage(response, shared: connection.loop.shared), on: number)
            end(.ok)
        case .failure(let refusal):
            end(refusal.status)
        }
        connection.pump()
    }
}
