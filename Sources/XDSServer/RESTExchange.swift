import EnvoyDescriptors
import EnvoyResources
import Logging
import NIOCore
import NIOPosix
import XDSCache

/// An HTTP response other than gRPC's.
struct HTTPAnswer: Sendable {
    var status: Int
    var fields: [(String, String)] = []
    var body = ByteBuffer()

    /// Text for the person who reads the client's log.
    static func text(_ status: Int, _ text: String, _ fields: [(String, String)] = []) -> HTTPAnswer {
        HTTPAnswer(status: status, fields: fields + [("content-type", "text/plain; charset=utf-8")], body: ByteBuffer(string: text + "\n"))
    }
}

/// One request of REST-JSON, `POST /v3/discovery:<type>`: a DiscoveryRequest in, a DiscoveryResponse out, 304 when nothing changed.
///
/// JSON is for clients that cannot do better: it is read and written on threads of its own, so that the streams do not wait for it.
final class RESTExchange {
    private let loop: LoopStreams
    private let peer: Peer
    private let type: ResourceType
    private var fetch: Fetch?
    private var answer: ((HTTPAnswer) -> Void)?

    static let pathPrefix = "/v3/discovery:"

    /// Refuses by its head a request that is no REST request.
    ///
    /// - Parameter answer: called once, on the loop; never after `cancel`.
    init(head: HTTP2RequestHead, peer: Peer, loop: LoopStreams, answer: @escaping (HTTPAnswer) -> Void) throws(HTTPRefusal) {
        let path = head.path.prefix { $0 != "?" }
        guard path.hasPrefix(Self.pathPrefix), let type = Self.types[String(path.dropFirst(Self.pathPrefix.count))] else {
            let names = Self.types.keys.sorted().joined(separator: "|")
            throw HTTPRefusal(.text(404, "there is nothing at this path; this server has gRPC discovery services and POST \(Self.pathPrefix)\(names)"))
        }
        guard head.method == "POST" else {
            throw HTTPRefusal(.text(405, "send a POST whose body is a DiscoveryRequest as JSON", [("allow", "POST")]))
        }
        guard head.contentType.prefix(while: { $0 != ";" && $0 != " " }).lowercased() == "application/json" else {
            throw HTTPRefusal(.text(415, "send a DiscoveryRequest as JSON, with content-type: application/json"))
        }
        self.type = type
        self.peer = peer
        self.loop = loop
        self.answer = answer
    }

    func start(_ body: ByteBuffer) {
        let roleLabel = loop.configuration.roleLabel
        NIOThreadPool.singleton.runIfActive(eventLoop: loop.loop) { try RESTMessage.request(body, roleLabel: roleLabel) }
            .assumeIsolated()
            .whenComplete { [weak self] result in
                switch result {
                case .success(let request): self?.fetch(request)
                case .failure(let error): self?.end(.text(400, "the body is no DiscoveryRequest as JSON: \(error)"))
                }
            }
    }

    func cancel() {
        answer = nil
        fetch?.cancel()
        fetch = nil
    }

    static func tooLarge(_ limit: Int) -> HTTPAnswer { .text(413, "a body over the limit of \(limit) bytes is not taken; ask for fewer names") }

    private func fetch(_ request: RESTMessage.Request) {
        guard answer != nil else { return }
        let fetch = Fetch(request.request, type: type, peer: peer, loop: loop) { [weak self] answer in
            switch answer {
            case .success(let response) where response.versionText == request.version: self?.end(HTTPAnswer(status: 304))
            case .success(let response): self?.write(response)
            case .failure(let refusal): self?.end(.text(refusal.httpStatus, refusal.message))
            }
        }
        self.fetch = fetch
        if let refusal = request.request.refusal {
            loop.logger.warning(
                "proxy refused resources and keeps what it had",
                metadata: [
                    "node": "\(request.request.node?.id ?? "")", "role": "\(request.request.node?.role ?? "")", "type": "\(type)",
                    "message": "\(refusal)",
                ]
            )
        }
        fetch.start()
    }

    private func write(_ response: DiscoveryResponse) {
        let shared = loop.shared
        NIOThreadPool.singleton.runIfActive(eventLoop: loop.loop) { try RESTMessage.body(response, shared) }
            .assumeIsolated()
            .whenComplete { [weak self] result in
                switch result {
                case .success(let body): self?.end(HTTPAnswer(status: 200, fields: [("content-type", "application/json")], body: body))
                case .failure(let error): self?.end(.text(500, "the resources cannot be written as JSON: \(error)"))
                }
            }
    }

    private func end(_ result: HTTPAnswer) {
        let answer = answer
        self.answer = nil
        answer?(result)
    }

    private static let types: [String: ResourceType] = [
        "listeners": .listener, "routes": .route, "clusters": .cluster, "endpoints": .endpoint, "secrets": .secret,
        "extension_configs": .extensionConfig, "runtime": .runtime,
    ]
}

struct HTTPRefusal: Error {
    var answer: HTTPAnswer
    init(_ answer: HTTPAnswer) { self.answer = answer }
}

/// The two messages as JSON.
enum RESTMessage {
    struct Request: Sendable {
        var request: DiscoveryRequest
        /// What the client has.
        var version: String
    }

    static func request(_ body: ByteBuffer, roleLabel: String?) throws -> Request {
        let json = try ProtoJSON(json: String(buffer: body))
        let bytes = try DescriptorPool.envoy.encode("envoy.service.discovery.v3.DiscoveryRequest", json)
        let request = try RequestDecoder.decode(bytes[...], dialect: .stateOfTheWorld, roleLabel: roleLabel)
        guard case .string(let version) = json["version_info"] ?? json["versionInfo"] else { return Request(request: request, version: "") }
        return Request(request: request, version: version)
    }

    static func body(_ response: DiscoveryResponse, _ shared: SharedBytes) throws -> ByteBuffer {
        var message = OutgoingMessage(response, shared: shared)
        var batch = OutputBatch()
        message.take(.max, into: &batch)
        var bytes: [UInt8] = []
        for buffer in batch.take() { bytes += buffer.readableBytesView }
        let json = try DescriptorPool.envoy.decode("envoy.service.discovery.v3.DiscoveryResponse", Array(bytes.dropFirst(5)))
        return ByteBuffer(string: json.compactJSON)
    }
}
