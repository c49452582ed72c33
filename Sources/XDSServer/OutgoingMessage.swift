import EnvoyResources
import NIOCore
import XDSCache

/// A discovery response on its way out: written piece by piece as the socket takes it, so that what waits for a slow client is
/// references to shared resources and not bytes.
///
///     DiscoveryResponse       version_info = 1, resources = 2 (Any), type_url = 4, nonce = 5
///     DeltaDiscoveryResponse  system_version_info = 1, resources = 2 (Resource), type_url = 4, removed_resources = 6, nonce = 5
///     Resource                version = 1, resource = 2 (Any), name = 3, aliases = 4, ttl = 6
///     Any                     type_url = 1, value = 2
///
/// In the state of the world a resource with a time to live is a Resource inside of the Any. A heart-beat has no `resource`, nor has a
/// name that leads to nothing, which is its own alias. The nonce comes last and has always the same length.
struct OutgoingMessage {
    /// Bytes not taken yet, the gRPC prefix included.
    private(set) var remaining: Int

    private let response: DiscoveryResponse
    /// The field `ttl` in whole; empty for none.
    private let ttl: [UInt8]
    private let shared: SharedBytes
    private var piece: ByteBuffer
    private var nextResource = 0
    /// The resource whose heading is in the piece and whose bytes come next.
    private var body: EnvoyResource?
    private var isTailWritten = false

    init(_ response: DiscoveryResponse, shared: SharedBytes) {
        self.response = response
        self.shared = shared
        let ttl = response.ttl.map(Self.ttlField) ?? []
        self.ttl = ttl
        let head = Self.fieldLength(16) + Self.fieldLength(response.type.typeURL.utf8.count)
        let tail = response.removed.reduce(Self.fieldLength(16)) { $0 + Self.fieldLength($1.utf8.count) }
        let unresolved = response.unresolved.reduce(0) { $0 + Self.fieldLength(2 * Self.fieldLength($1.utf8.count)) }
        let length = response.resources.reduce(head + tail + unresolved) { total, resource in
            total + Self.fieldLength(Self.entryLength(resource, response, ttl))
        }
        remaining = length + 5
        // Longer than a gRPC message can be is more than 4 GiB of configuration: such a stream is refused before it comes here.
        let prefix = UInt32(clamping: length)
        var bytes: [UInt8] = [0] + (0..<4).map { UInt8(truncatingIfNeeded: prefix >> (24 - 8 * $0)) }
        bytes.appendField(1, response.versionText)
        bytes.appendField(4, response.type.typeURL)
        piece = ByteBuffer(bytes: bytes)
    }

    /// Moves the next `count` bytes to the output.
    mutating func take(_ count: Int, into output: inout OutputBatch) {
        var wanted = min(count, remaining)
        remaining -= wanted
        while wanted > 0 {
            if piece.readableBytes == 0 { loadPiece() }
            guard let slice = piece.readSlice(length: min(wanted, piece.readableBytes)), slice.readableBytes > 0 else { return }
            wanted -= slice.readableBytes
            output.append(slice)
        }
    }

    private static let pieceLength = 16 << 10

    private mutating func loadPiece() {
        if let resource = body {
            body = nil
            piece = shared.bytes(of: resource)
            return
        }
        // An array, made a buffer in one go: most of it are single bytes, which a buffer takes one by one at ten times the cost.
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(remaining + 1024, Self.pieceLength))
        defer { piece = ByteBuffer(bytes: bytes) }
        while nextResource < response.resources.count {
            let resource = response.resources[nextResource]
            nextResource += 1
            appendHeading(of: resource, to: &bytes)
            if response.isHeartbeat { continue }
            if resource.count >= SharedBytes.threshold {
                body = resource
                return
            }
            for part in resource.parts { bytes += part }
            if bytes.count >= Self.pieceLength - SharedBytes.threshold { return }
        }
        guard !isTailWritten else { return }
        isTailWritten = true
        for name in response.unresolved {
            bytes.appendTag(2, length: 2 * Self.fieldLength(name.utf8.count))
            bytes.appendField(3, name)
            bytes.appendField(4, name)
        }
        for name in response.removed { bytes.appendField(6, name) }
        bytes.appendField(5, response.nonceText)
    }

    /// Everything of a resource that stands before its bytes.
    private func appendHeading(of resource: EnvoyResource, to bytes: inout [UInt8]) {
        bytes.appendTag(2, length: Self.entryLength(resource, response, ttl))
        if response.dialect == .delta || !ttl.isEmpty {
            if response.dialect == .stateOfTheWorld {
                bytes.appendField(1, Self.wrapperURL)
                bytes.appendTag(2, length: Self.resourceLength(resource, response, ttl))
            }
            bytes.appendField(3, resource.name)
            bytes.appendTag(1, length: 16)
            HexText.append(resource.version, to: &bytes)
            for alias in Self.aliases(of: resource, response) { bytes.appendField(4, alias) }
            bytes += ttl
            if response.isHeartbeat { return }
            bytes.appendTag(2, length: Self.anyLength(resource, response))
        }
        bytes.appendField(1, response.type.typeURL)
        bytes.appendTag(2, length: resource.count)
    }

    private static let wrapperURL = "type.googleapis.com/envoy.service.discovery.v3.Resource"

    private static func entryLength(_ resource: EnvoyResource, _ response: DiscoveryResponse, _ ttl: [UInt8]) -> Int {
        if response.dialect == .delta { return resourceLength(resource, response, ttl) }
        guard !ttl.isEmpty else { return anyLength(resource, response) }
        return fieldLength(wrapperURL.utf8.count) + fieldLength(resourceLength(resource, response, ttl))
    }

    private static func resourceLength(_ resource: EnvoyResource, _ response: DiscoveryResponse, _ ttl: [UInt8]) -> Int {
        let heading = fieldLength(resource.name.utf8.count) + fieldLength(16) + ttl.count
        let aliases = aliases(of: resource, response).reduce(0) { $0 + fieldLength($1.utf8.count) }
        return heading + aliases + (response.isHeartbeat ? 0 : fieldLength(anyLength(resource, response)))
    }

    private static func aliases(of resource: EnvoyResource, _ response: DiscoveryResponse) -> [String] {
        response.aliases.isEmpty ? [] : response.aliases[resource.name] ?? []
    }

    /// google.protobuf.Duration: seconds = 1, nanos = 2
    private static func ttlField(_ ttl: Duration) -> [UInt8] {
        let (seconds, attoseconds) = ttl.components
        var duration: [UInt8] = [1 << 3]
        duration.appendVarint(UInt64(max(0, seconds)))
        duration.append(2 << 3)
        duration.appendVarint(UInt64(max(0, attoseconds / 1_000_000_000)))
        var field: [UInt8] = []
        field.appendTag(6, length: duration.count)
        return field + duration
    }

    private static func anyLength(_ resource: EnvoyResource, _ response: DiscoveryResponse) -> Int {
        fieldLength(response.type.typeURL.utf8.count) + fieldLength(resource.count)
    }

    /// The length of a length-delimited field with a number below 16. Empty strings are written too: that keeps lengths simple.
    private static func fieldLength(_ length: Int) -> Int {
        1 + (max(1, UInt64.bitWidth - UInt64(length).leadingZeroBitCount) + 6) / 7 + length
    }
}

extension [UInt8] {
    fileprivate mutating func appendTag(_ field: UInt8, length: Int) {
        append(field << 3 | 2)
        appendVarint(UInt64(length))
    }

    fileprivate mutating func appendVarint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }

    fileprivate mutating func appendField(_ field: UInt8, _ text: String) {
        appendTag(field, length: text.utf8.count)
        self += text.utf8
    }
}
