import EnvoyResources
import Logging
import NIOCore
import XDSCache

/// One call of a discovery method: turns bytes into requests for an `XDSStream`, and carries out what it answers.
/// Confined to the event loop of its connection.
final class DiscoveryStream: HTTP2Call {
    let method: DiscoveryMethod
    private let number: Int32
    private unowned let connection: ConnectionHandler
    private var deframer: GRPCDeframer
    private let state: XDSStream
    private var id: StreamID?
    private var node = ProxyNode()
    private var role: String?
    private var timer: (at: ContinuousClock.Instant, task: Scheduled<Void>)?
    private var isEnded = false

    init(_ number: Int32, method: DiscoveryMethod, connection: ConnectionHandler) {
        self.number = number
        self.method = method
        self.connection = connection
        let configuration = connection.loop.configuration
        deframer = GRPCDeframer(messageLimit: configuration.limits.requestBytes)
        state = XDSStream(dialect: method.dialect, onlyType: method.onlyType, policy: configuration.serving)
    }

    // MARK: From the connection

    var bufferedBytes: Int { deframer.bufferedBytes }
    var isWaitingForPeer: Bool { !isEnded && (id == nil || deframer.isInsideMessage) }

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
        guard !isEnded else { return }
        end(deframer.isInsideMessage ? GRPCStatus(code: .internal, message: "the request ends inside a message") : .ok)
    }

    /// The stream is gone, from whichever side.
    func closed() {
        isEnded = true
        timer?.task.cancel()
        timer = nil
        guard let id else { return }
        self.id = nil
        connection.loop.disconnect(id, role: role)
        connection.loop.logger.info("proxy disconnected", metadata: ["node": "\(node.id)", "role": "\(role ?? "")"])
    }

    // MARK: From the cache

    func published(_ publication: Publication, now: ContinuousClock.Instant) {
        guard !isEnded else { return }
        role = publication.role
        if let refusal = refusal(publication.role) {
            end(refusal)
            return connection.pump()
        }
        perform(state.published(publication, now: now))
        connection.pump()
    }

    // MARK: Requests

    private func received(_ message: [UInt8]) throws(GRPCStatus) {
        let request = try connection.loop.decode(message, dialect: method.dialect)
        if let text = connection.loop.configuration.limits.refusal(of: request) { throw GRPCStatus(code: .resourceExhausted, message: text) }
        let now = ContinuousClock.now
        if id == nil { try connect(request, now: now) }
        guard let type = try type(of: request) else { return }
        connection.loop.cache.metrics.received(type, bytes: message.count + GRPCDeframer.prefixLength)
        perform(state.received(request, type: type, now: now))
        let limit = connection.loop.configuration.limits.subscriptions
        if state.subscribedNameCount > limit {
            throw GRPCStatus(code: .resourceExhausted, message: "the stream asks for more than \(limit) names; ask for everything with *, or on more streams")
        }
    }

    private func connect(_ request: DiscoveryRequest, now: ContinuousClock.Instant) throws(GRPCStatus) {
        guard let node = request.node else {
            throw GRPCStatus(code: .invalidArgument, message: "the first request of a stream must carry its node")
        }
        if let text = connection.loop.refusal(of: connection.peer, node: node) { throw GRPCStatus(code: .permissionDenied, message: text) }
        guard let (id, publication) = connection.loop.connect(self, node: node, address: connection.address) else {
            throw GRPCStatus(code: .unavailable, message: "the control plane is shutting down")
        }
        self.id = id
        self.node = node
        var facts: Logger.Metadata = ["node": "\(node.id)", "cluster": "\(node.cluster)", "address": "\(connection.address)"]
        if let publication {
            role = publication.role
            if let refusal = refusal(publication.role) { throw refusal }
            facts["role"] = "\(publication.role)"
            connection.loop.logger.info("proxy connected", metadata: facts)
            perform(state.published(publication, now: now))
        } else {
            facts["role"] = "\(node.role ?? "")"
            facts["known"] = "\(connection.loop.cache.roles.prefix(8).joined(separator: ", "))"
            connection.loop.logger.warning(
                "proxy waits: no configuration is published for it; set node.metadata.role to <namespace>~<proxy>",
                metadata: facts
            )
        }
    }

    private func refusal(_ role: String) -> GRPCStatus? {
        connection.loop.refusal(of: connection.peer, role: role, node).map { GRPCStatus(code: .permissionDenied, message: $0) }
    }

    /// The type that a request is about; nil for one that is not served, which is the client's to wait for.
    private func type(of request: DiscoveryRequest) throws(GRPCStatus) -> ResourceType? {
        let named = ResourceType(typeURL: request.typeURL)
        if let only = method.onlyType {
            guard named == only || request.typeURL.isEmpty else {
                throw GRPCStatus(code: .invalidArgument, message: "this method serves \(only.typeURL), not \(request.typeURL)")
            }
            return only
        }
        if request.typeURL.isEmpty { throw GRPCStatus(code: .invalidArgument, message: "an aggregated request must name its type_url") }
        if named == nil {
            connection.loop.logger.debug("request for a type that is not served", metadata: ["type": "\(request.typeURL)"])
        }
        return named
    }

    // MARK: Answers

    private func perform(_ output: StreamOutput) {
        for response in output.responses {
            let message = OutgoingMessage(response, shared: connection.loop.shared)
            connection.loop.cache.metrics.sent(response.type, bytes: message.remaining)
            connection.send(message, on: number)
            logResponse(response)
        }
        if let id { connection.loop.cache.record(id, output.events) }
        for event in output.events { logRefusal(event) }
        updateTimer(output.deadline)
    }

    /// Names, never contents: a secret is among them.
    private func logResponse(_ response: DiscoveryResponse) {
        // Nothing of it is built, unless it is wanted.
        connection.loop.logger.debug(
            "sent",
            metadata: [
                "node": "\(node.id)", "role": "\(role ?? "")", "type": "\(response.type)", "version": "\(response.versionText)",
                "nonce": "\(response.nonceText)", "publication": "\(response.number)",
                "resources": "\(Self.names(response.resources.lazy.map(\.name)))", "removed": "\(Self.names(response.removed))",
            ]
        )
    }

    /// The first of the names, and how many more there are.
    private static func names(_ names: some Collection<String>) -> String {
        names.prefix(16).joined(separator: ", ") + (names.count > 16 ? " and \(names.count - 16) more" : "")
    }

    private func logRefusal(_ event: StreamEvent) {
        guard case .rejected(let type, let resources, _, _, let message) = event else { return }
        let names = Self.names(resources.lazy.map(\.name))
        connection.loop.logger.warning(
            "proxy refused resources and keeps what it had",
            metadata: ["node": "\(node.id)", "role": "\(role ?? "")", "type": "\(type)", "names": "\(names)", "message": "\(message)"]
        )
    }

    func end(_ status: GRPCStatus) {
        guard !isEnded else { return }
        isEnded = true
        deframer = GRPCDeframer(messageLimit: 0)
        if status.code != .ok { connection.loop.cache.metrics.requestRejected(status.code.label) }
        connection.end(number, status)
    }

    private func updateTimer(_ deadline: ContinuousClock.Instant?) {
        if deadline == timer?.at { return }
        timer?.task.cancel()
        timer = nil
        guard let deadline else { return }
        let delay = max(.zero, deadline - .now)
        // A nanosecond more, so that the deadline has passed when the timer says so.
        // Strong, and cancelled when the stream is closed: a weak reference makes every count of its object a slow one.
        let task = connection.loop.loop.assumeIsolated().scheduleTask(in: TimeAmount(delay) + .nanoseconds(1)) { self.timePassed() }
        timer = (deadline, task)
    }

    private func timePassed() {
        timer = nil
        guard !isEnded else { return }
        perform(state.passed(to: .now))
        connection.pump()
    }
}
