import EnvoyResources
import NIOCore
import Synchronization

/// The joined bytes of large resources, one copy for all streams of the process.
///
/// A resource that is still served keeps its entry, so that a proxy that connects later shares it as well; the entries of
/// resources that are gone are dropped when the next one comes in.
final class SharedBytes: Sendable {
    /// Below this a copy is cheaper than finding the shared one.
    static let threshold = 8 << 10

    private final class Entry {
        private var resource: EnvoyResource
        let bytes: ByteBuffer

        init(_ resource: EnvoyResource, _ bytes: ByteBuffer) {
            self.resource = resource
            self.bytes = bytes
        }

        /// Nobody else has the resource. Not known by a weak reference: that makes every count of its object a slow one.
        var isForgotten: Bool { isKnownUniquelyReferenced(&resource) }
    }

    private let entries = Mutex<[ObjectIdentifier: Entry]>([:])

    func bytes(of resource: EnvoyResource) -> ByteBuffer {
        let key = ObjectIdentifier(resource)
        if let known = entries.withLock({ $0[key]?.bytes }) { return known }
        var bytes = ByteBufferAllocator().buffer(capacity: resource.count)
        for part in resource.parts { bytes.writeBytes(part) }
        return entries.withLock { [bytes] entries in
            // Two loops may have come here at once: the first one's copy is the one.
            if let known = entries[key] { return known.bytes }
            entries = entries.filter { !$0.value.isForgotten }
            entries[key] = Entry(resource, bytes)
            return bytes
        }
    }
}
