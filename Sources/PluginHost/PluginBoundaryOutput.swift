internal import CSluicePlugin
internal import EnvoyWire

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Where a hook writes: memory of its own, so that no plugin reads or spoils what another one wrote.
///
/// Who owns it: the `PluginCall` it is part of. How long it lives: as long as that. What bounds it: `capacity`, of which this
/// keeps a copy, since the plugin can write into the members of the `sluice_buffer` that it is handed.
struct PluginOutput: ~Copyable {
    /// The buffer as C sees it, and behind it what the host believes.
    private struct Memory {
        var buffer: sluice_buffer
        var bytes: UnsafeMutablePointer<UInt8>
        var capacity: Int
        /// Its own address: tells it from a copy of `buffer` that a plugin made.
        var identity: UnsafeMutableRawPointer
    }

    private let memory: UnsafeMutablePointer<Memory>

    init(capacity: Int = 1024) {
        memory = .allocate(capacity: 1)
        let bytes = Self.allocate(nil, capacity)
        memory.initialize(
            to: Memory(
                buffer: sluice_buffer(bytes: bytes, length: 0, capacity: capacity, grow: { Self.grow($0, $1) }),
                bytes: bytes, capacity: capacity, identity: UnsafeMutableRawPointer(memory)
            )
        )
    }

    deinit {
        free(memory.pointee.bytes)
        memory.deallocate()
    }

    /// What the plugin is handed, and the host reads from when `isSound`.
    var output: WireOutput { UnsafeMutableRawPointer(memory).assumingMemoryBound(to: sluice_buffer.self) }

    func clear() {
        memory.pointee.buffer.length = 0
        memory.pointee.buffer.grow = { Self.grow($0, $1) }
    }

    /// False when the plugin changed what is not its own to change, or says that it wrote more than there is room for.
    var isSound: Bool {
        let buffer = memory.pointee.buffer
        return buffer.bytes == memory.pointee.bytes && buffer.capacity == memory.pointee.capacity && buffer.length >= 0
            && buffer.length <= buffer.capacity
    }

    /// Puts everything back as the host knows it, empty.
    func restore() {
        let bytes = memory.pointee.bytes
        let capacity = memory.pointee.capacity
        memory.pointee.buffer = sluice_buffer(bytes: bytes, length: 0, capacity: capacity, grow: { Self.grow($0, $1) })
    }

    /// What C calls when an output is full: at least doubles, so that appending stays O(1) a byte. There is no way to say no,
    /// and a plugin that got no room would write past the end: what cannot be is the end of the program, in words.
    private static func grow(_ buffer: UnsafeMutablePointer<sluice_buffer>?, _ more: Int) {
        guard let buffer else { return }
        let memory = UnsafeMutableRawPointer(buffer).assumingMemoryBound(to: Memory.self)
        guard memory.pointee.identity == UnsafeMutableRawPointer(memory) else {
            fatalError("a plugin calls 'grow' with a copy of its output; hand it the address that the hook got")
        }
        let length = max(0, min(memory.pointee.buffer.length, memory.pointee.capacity))
        let (needed, overflow) = length.addingReportingOverflow(more)
        guard more >= 0, !overflow else { fatalError("a plugin asks for \(UInt(bitPattern: more)) bytes") }
        if needed > memory.pointee.capacity {
            let capacity = max(needed, memory.pointee.capacity * 2)
            memory.pointee.bytes = allocate(memory.pointee.bytes, capacity)
            memory.pointee.capacity = capacity
        }
        memory.pointee.buffer.bytes = memory.pointee.bytes
        memory.pointee.buffer.capacity = memory.pointee.capacity
    }

    private static func allocate(_ old: UnsafeMutablePointer<UInt8>?, _ size: Int) -> UnsafeMutablePointer<UInt8> {
        guard let new = realloc(old, size) else { fatalError("out of memory: \(size) bytes for what a plugin writes") }
        return new.assumingMemoryBound(to: UInt8.self)
    }
}
