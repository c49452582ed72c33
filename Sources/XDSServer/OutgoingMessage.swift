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
        piece = ByteBufferAllocator().buffer(capacity: min(remaining, Self.pieceLength))
        piece.writeInteger(UInt8(0))
        // Longer than a gRPC message can be is more than 4 GiB of configuration: such a stream is refused before it comes here.
        piece.writeInteger(UInt32(clamping: length))
        piece.writeField(1, response.versionText)
        piece.writeField(4, response.type.typeURL)
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
        piece = ByteBufferAllocator().buffer(capacity: min(remaining + 1024, Self.pieceLength))
        while nextResource < response.resources.count {
            let resource = response.resources[nextResource]
            nextResource += 1
            writeHeading(of: resource)
            if response.isHeartbeat { continue }
            if resource.count >= SharedBytes.threshold {
                body = resource
                return
            }
            for part in resource.parts { piece.writeBytes(part) }
            if piece.readableBytes >= Self.pieceLength - SharedBytes.threshold { return }
        }
        guard !isTailWritten else { return }
        isTailWritten = true
        for name in response.unresolved {
            piece.writeTag(2, length: 2 * Self.fieldLength(name.utf8.count))
            piece.writeField(3, name)
            piece.writeField(4, name)
        }
        for name in response.removed { piece.writeField(6, name) }
        piece.writeField(5, response.nonceText)
    }

    /// Everything of a resource that stands before its bytes.
    private mutating func writeHeading(of resource: EnvoyResource) {
        piece.writeTag(2, length: Self.entryLength(resource, response, ttl))
        if response.dialect == .delta || !ttl.isEmpty {
            if response.dialect == .stateOfTheWorld {
                piece.writeField(1, Self.wrapperURL)
                piece.writeTag(2, length: Self.resourceLength(resource, response, ttl))
            }
            piece.writeField(3, resource.name)
            piece.writeField(1, HexText.string(resource.version))
            for alias in Self.aliases(of: resource, response) { piece.writeField(4, alias) }
            piece.writeBytes(ttl)
            if response.isHeartbeat { return }
            piece.writeTag(2, length: Self.anyLength(resource, response))
        }
        piece.writeField(1, response.type.typeURL)
        piece.writeTag(2, length: resource.count)
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
        var duration = ByteBuffer()
        let (seconds, attoseconds) = ttl.components
        duration.writeInteger(UInt8(1 << 3))
        duration.writeVarint(UInt64(max(0, seconds)))
        duration.writeInteger(UInt8(2 << 3))
        duration.writeVarint(UInt64(max(0, attoseconds / 1_000_000_000)))
        var field = ByteBuffer()
        field.writeTag(6, length: duration.readableBytes)
        field.writeBuffer(&duration)
        return Array(field.readableBytesView)
    }

    private static func anyLength(_ resource: EnvoyResource, _ response: DiscoveryResponse) -> Int {
        fieldLength(response.type.typeURL.utf8.count) + fieldLength(resource.count)
    }

    /// The length of a length-delimited field with a number below 16. Empty strings are written too: that keeps lengths simple.
    private static func fieldLength(_ length: Int) -> Int {
        1 + (max(1, UInt64.bitWidth - UInt64(length).leadingZeroBitCount) + 6) / 7 + length
    }
}

extension ByteBuffer {
    fileprivate mutating func writeTag(_ field: UInt8, length: Int) {
        writeInteger(field << 3 | 2)
        writeVarint(UInt64(length))
    }

    fileprivate mutating func writeVarint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            writeInteger(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        writeInteger(UInt8(rest))
    }

    fileprivate mutating func writeField(_ field: UInt8, _ text: String) {
        writeTag(field, length: text.utf8.count)
        writeString(text)
    }
}
