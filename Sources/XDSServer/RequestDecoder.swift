import EnvoyDescriptors
import XDSCache

/// Reads discovery requests, and of them only what is acted upon: the node's list of extensions alone is 40 kB.
enum RequestDecoder {
    /// - Parameter roleLabel: a key of the node's metadata, or of the labels in it, that may name the role or the proxy too.
    static func decode(
        _ bytes: ArraySlice<UInt8>,
        dialect: XDSDialect,
        roleLabel: String? = nil
    ) throws(RequestReader.Fault) -> DiscoveryRequest {
        var reader = RequestReader(bytes)
        return switch dialect {
        case .stateOfTheWorld: try stateOfTheWorld(&reader, roleLabel)
        case .delta: try delta(&reader, roleLabel)
        }
    }

    /// envoy.service.discovery.v3.DiscoveryRequest
    private static func stateOfTheWorld(_ reader: inout RequestReader, _ roleLabel: String?) throws(RequestReader.Fault) -> DiscoveryRequest {
        var request = DiscoveryRequest(typeURL: "", interest: .stateOfTheWorld(names: []))
        var names: [String] = []
        while let (field, type) = try reader.nextTag() {
            switch (field, type) {
            case (1, .lengthDelimited): request.isResumed = try !reader.bytes().isEmpty
            case (2, .lengthDelimited): request.node = try node(try reader.message(), roleLabel)
            case (3, .lengthDelimited): names.append(try reader.string())
            case (4, .lengthDelimited): request.typeURL = try reader.string()
            case (5, .lengthDelimited): request.nonce = try reader.string()
            case (6, .lengthDelimited): request.refusal = try statusMessage(try reader.message())
            default: try reader.skip(type)
            }
        }
        request.interest = .stateOfTheWorld(names: names)
        return request
    }

    /// envoy.service.discovery.v3.DeltaDiscoveryRequest
    private static func delta(_ reader: inout RequestReader, _ roleLabel: String?) throws(RequestReader.Fault) -> DiscoveryRequest {
        var subscribe: [String] = []
        var unsubscribe: [String] = []
        var held: [String: String] = [:]
        var request = DiscoveryRequest(typeURL: "", interest: .delta(subscribe: [], unsubscribe: [], held: [:]))
        while let (field, type) = try reader.nextTag() {
            switch (field, type) {
            case (1, .lengthDelimited): request.node = try node(try reader.message(), roleLabel)
            case (2, .lengthDelimited): request.typeURL = try reader.string()
            case (3, .lengthDelimited): subscribe.append(try reader.string())
            case (4, .lengthDelimited): unsubscribe.append(try reader.string())
            case (5, .lengthDelimited):
                let (key, value) = try entry(try reader.message())
                held[key] = String(decoding: value, as: UTF8.self)
            case (6, .lengthDelimited): request.nonce = try reader.string()
            case (7, .lengthDelimited): request.refusal = try statusMessage(try reader.message())
            default: try reader.skip(type)
            }
        }
        request.interest = .delta(subscribe: subscribe, unsubscribe: unsubscribe, held: held)
        return request
    }

    /// envoy.config.core.v3.Node
    private static func node(_ message: RequestReader, _ roleLabel: String?) throws(RequestReader.Fault) -> ProxyNode {
        var reader = message
        var node = ProxyNode()
        var version = ""
        while let (field, type) = try reader.nextTag() {
            switch (field, type) {
            case (1, .lengthDelimited): node.id = try reader.string()
            case (2, .lengthDelimited): node.cluster = try reader.string()
            case (3, .lengthDelimited): try NodeMetadata.read(try reader.message(), roleLabel, into: &node)
            case (6, .lengthDelimited): node.userAgent = try reader.string()
            case (7, .lengthDelimited): version = try reader.string()
            case (8, .lengthDelimited): version = try buildVersion(try reader.message()) ?? version
            case (10, .lengthDelimited):
                if try reader.string() == "xds.config.resource-in-sotw" { node.readsWrappedResources = true }
            default: try reader.skip(type)
            }
        }
        if !version.isEmpty { node.userAgent += " " + version }
        return node
    }

    /// envoy.config.core.v3.BuildVersion, as far as its semantic version.
    private static func buildVersion(_ message: RequestReader) throws(RequestReader.Fault) -> String? {
        var reader = message
        var text: String?
        while let (field, type) = try reader.nextTag() {
            guard case (1, .lengthDelimited) = (field, type) else {
                try reader.skip(type)
                continue
            }
            var version = try reader.message()
            var numbers: [UInt64] = [0, 0, 0]
            while let (field, type) = try version.nextTag() {
                if type == .varint && (1...3).contains(field) {
                    numbers[field - 1] = try version.varint()
                } else {
                    try version.skip(type)
                }
            }
            text = numbers.map(String.init).joined(separator: ".")
        }
        return text
    }

    /// The message of a google.rpc.Status. It goes to logs, statuses and pages: keys that it quotes end here.
    private static func statusMessage(_ message: RequestReader) throws(RequestReader.Fault) -> String {
        var reader = message
        var text = ""
        while let (field, type) = try reader.nextTag() {
            if case (2, .lengthDelimited) = (field, type) { text = try reader.string() } else { try reader.skip(type) }
        }
        return Redaction.withoutKeys(text)
    }

    /// One entry of a map with string keys.
    static func entry(_ message: RequestReader) throws(RequestReader.Fault) -> (String, ArraySlice<UInt8>) {
        var reader = message
        var key = ""
        var value: ArraySlice<UInt8> = []
        while let (field, type) = try reader.nextTag() {
            switch (field, type) {
            case (1, .lengthDelimited): key = try reader.string()
            case (2, .lengthDelimited): value = try reader.bytes()
            default: try reader.skip(type)
            }
        }
        return (key, value)
    }
}
