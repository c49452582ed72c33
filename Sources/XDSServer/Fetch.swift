import EnvoyResources
import NIOCore
import XDSCache

/// One request and its one answer, for the unary methods and for REST: the state of the world of one type, asked for once.
///
/// Runs the same protocol as the streams, on a stream that ends with its first response. Confined to its event loop.
final class Fetch {
    /// Why there is no response.
    enum Refusal: Error {
        case noNode
        case otherType(wanted: ResourceType, named: String)
        case unknownProxy(ProxyNode, known: [String])
        case denied(String)
        case tooLarge(String)
        case stopping
    }

    typealias Answer = Result<DiscoveryResponse, Refusal>

    private let loop: LoopStreams
    private let peer: Peer
    private let type: ResourceType
    private let request: DiscoveryRequest
    private var answer: ((Answer) -> Void)?
    private var id: StreamID?
    private var role: String?
    private var timer: Scheduled<Void>?

    /// - Parameter answer: called once, perhaps from inside `start`; never after `cancel`.
    init(_ request: DiscoveryRequest, type: ResourceType, peer: Peer, loop: LoopStreams, answer: @escaping (Answer) -> Void) {
        self.request = request
        self.type = type
        self.peer = peer
        self.loop = loop
        self.answer = answer
    }

    func start() {
        guard let node = request.node else { return end(.failure(.noNode)) }
        guard request.typeURL.isEmpty || request.typeURL == type.typeURL else {
            return end(.failure(.otherType(wanted: type, named: request.typeURL)))
        }
        if let text = loop.configuration.limits.refusal(of: request) { return end(.failure(.tooLarge(text))) }
        if let text = loop.refusal(of: peer, node: node) { return end(.failure(.denied(text))) }
        guard let (id, publication) = loop.connect(self, node: node, type: type, address: peer.address) else {
            return end(.failure(.stopping))
        }
        self.id = id
        if let publication { return published(publication) }
        timer = loop.loop.assumeIsolated().scheduleTask(in: TimeAmount(loop.configuration.limits.fetchPatience)) { [weak self] in
            guard let self else { return }
            self.end(.failure(.unknownProxy(node, known: self.loop.cache.roles)))
        }
    }

    /// The role that it waited for, or that was there.
    func published(_ publication: Publication) {
        role = publication.role
        if let text = loop.refusal(of: peer, role: publication.role, request.node) { return end(.failure(.denied(text))) }
        var policy = loop.configuration.serving
        // There will be no second response for what does not fit into the first.
        policy.responseBytes = .max
        let state = XDSStream(dialect: .stateOfTheWorld, onlyType: type, policy: policy)
        let now = ContinuousClock.now
        _ = state.published(publication, now: now)
        let output = state.received(request, type: type, now: now)
        if let id { loop.cache.record(id, output.events) }
        // Nothing of what was asked for exists: a stream would wait for it.
        let nothing = DiscoveryResponse(
            dialect: .stateOfTheWorld, type: type, version: 0, resources: [], removed: [], nonce: 1, number: publication.number
        )
        var response = output.responses.first ?? nothing
        // Of what is sent alone: so a client that polls is told of no change when something else of the type has changed.
        response.version = response.resources.reduce(0) { $0 &+ Publication.mixed($1) }
        end(.success(response))
    }

    func cancel() {
        answer = nil
        leave()
    }

    private func end(_ result: Answer) {
        leave()
        let answer = answer
        self.answer = nil
        answer?(result)
    }

    private func leave() {
        timer?.cancel()
        timer = nil
        guard let id else { return }
        self.id = nil
        loop.disconnect(id, role: role)
    }
}

extension Fetch.Refusal {
    var message: String {
        switch self {
        case .noNode:
            "the request must carry its node, with metadata.role set to <namespace>~<proxy>"
        case .otherType(let wanted, let named):
            "this method serves \(wanted.typeURL), not \(named)"
        case .unknownProxy(let node, let known):
            "no configuration is published for node \"\(node.id)\" (cluster \"\(node.cluster)\", role \"\(node.role ?? "")\"); "
                + "set node.metadata.role to <namespace>~<proxy>"
                + (known.isEmpty ? "; nothing is published yet" : ", such as \(known.prefix(8).joined(separator: ", "))")
        case .denied(let text), .tooLarge(let text):
            text
        case .stopping:
            "the control plane is shutting down"
        }
    }

    var status: GRPCStatus {
        let code: GRPCStatus.Code =
            switch self {
            case .noNode, .otherType: .invalidArgument
            case .unknownProxy, .stopping: .unavailable
            case .denied: .permissionDenied
            case .tooLarge: .resourceExhausted
            }
        return GRPCStatus(code: code, message: message)
    }

    var httpStatus: Int {
        switch self {
        case .noNode, .otherType: 400
        case .unknownProxy: 404
        case .denied: 403
        case .tooLarge: 413
        case .stopping: 503
        }
    }
}
