import EnvoyResources
import NIOCore
import XDSCache

/// A discovery response on its way out: written piece by piece as the socket takes it, so that what waits for a slow client is
/// references to shared resources and not bytes.
///
///     DiscoveryResponse       version_info = 1, resources = 2 (Any), type_url = 4, nonce = 5
///     DeltaDiscoveryResponse  system_version_info = 1, resources = 2 (Resource), type_url = 4, removed_resources = 6, nonce = 5
///     Resource                version = 1, resource = 2 (Any), name = 3
///     Any                     type_url = 1, value = 2
///
/// The nonce comes last and has always the same length.
struct OutgoingMessage {
    /// Bytes not taken yet, the gRPC prefix included.
    private(set) var remaining: Int

    private let response: DiscoveryResponse
    private let shared: SharedBytes
    private var piece: ByteBuffer
    private var nextResource = 0
    /// The resource whose heading is in the piece and whose bytes come next.
    private var body: EnvoyResource?
    private var isTailWritten = false

    init(_ response: DiscoveryResponse, shared: SharedBytes) {
        self.response = response
        self.shared = shared
        let head = Self.fieldLength(16) + Self.fieldLength(response.type.typeURL.utf8.count)
        let tail = response.removed.reduce(Self.fieldLength(16)) { $0 + Self.fieldLength($1.utf8.count) }
        let length = response.resources.reduce(head + tail) { total, resource in
            total + Self.fieldLength(Self.entryLength(resource, response))
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
            if resource.count >= SharedBytes.threshold {
                body = resource
                return
            }
            for part in resource.parts { piece.writeBytes(part) }
            if piece.readableBytes >= Self.pieceLength - SharedBytes.threshold { return }
        }
        guard !isTailWritten else { return }
        isTailWritten = true
        for name in response.removed { piece.writeField(6, name) }
        piece.writeField(5, response.nonceText)
    }

    /// Everything of a resource that stands before its bytes.
    private mutating func writeHeading(of resource: EnvoyResource) {
        piece.writeTag(2, length: Self.entryLength(resource, response))
        if response.dialect == .delta {
            piece.writeField(3, resource.name)
            piece.writeField(1, HexText.string(resource.version))
            piece.writeTag(2, length: Self.anyLength(resource, response))
        }
        piece.writeField(1, response.type.typeURL)
        piece.writeTag(2, length: resource.count)
    }

    private static func entryLength(_ resource: EnvoyResource, _ response: DiscoveryResponse) -> Int {
        let any = anyLength(resource, response)
        guard response.dialect == .delta else { return any }
        return fieldLength(resource.name.utf8.count) + fieldLength(16) + fieldLength(any)
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
        var rest = UInt64(length)
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
