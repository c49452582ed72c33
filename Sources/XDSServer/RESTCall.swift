import NIOCore

/// A REST request on a stream of HTTP/2.
final class RESTCall: HTTP2Call {
    private let number: Int32
    private unowned let connection: ConnectionHandler
    private var exchange: RESTExchange?
    private var body = ByteBuffer()
    private var isStarted = false
    private var isEnded = false

    init(_ number: Int32, head: HTTP2RequestHead, connection: ConnectionHandler) throws(HTTPRefusal) {
        self.number = number
        self.connection = connection
        exchange = try RESTExchange(head: head, peer: connection.peer, loop: connection.loop) { [weak self] in self?.answer($0) }
    }

    var bufferedBytes: Int { body.readableBytes }
    var isWaitingForPeer: Bool { !isStarted && !isEnded }

    func received(_ bytes: ByteBuffer) {
        guard !isEnded else { return }
        let limit = connection.loop.configuration.limits.restBytes
        guard body.readableBytes + bytes.readableBytes <= limit else { return answer(RESTExchange.tooLarge(limit)) }
        var bytes = bytes
        body.writeBuffer(&bytes)
    }

    func halfClosed() {
        guard !isEnded, !isStarted else { return }
        isStarted = true
        exchange?.start(body)
        body = ByteBuffer()
    }

    func closed() {
        isEnded = true
        exchange?.cancel()
        exchange = nil
    }

    func end(_ status: GRPCStatus) { answer(.text(status.code == .unavailable ? 503 : 408, status.message)) }

    private func answer(_ answer: HTTPAnswer) {
        guard !isEnded else { return }
        isEnded = true
        body = ByteBuffer()
        exchange?.cancel()
        exchange = nil
        connection.answer(number, answer)
        connection.pump()
    }
}
