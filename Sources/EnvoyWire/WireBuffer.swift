import CSluicePlugin

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The owner of an output: memory from malloc, freed with it.
///
/// Keep one and use it again: `removeAll` keeps the memory, so that writing allocates nothing once the buffer has grown to the
/// size of the largest message.
public struct WireBuffer: ~Copyable {
    /// Stands at one address for as long as this lives; valid no longer.
    public let output: WireOutput

    public init(capacity: Int = 256) {
        output = .allocate(capacity: 1)
        output.initialize(
            to: sluice_buffer(bytes: Self.memory(nil, capacity), length: 0, capacity: capacity, grow: { Self.grow($0, $1) })
        )
    }

    deinit {
        free(output.pointee.bytes)
        output.deallocate()
    }

    /// realloc never answers null here: a program out of memory ends with a message instead of writing to address zero.
    private static func memory(_ old: UnsafeMutablePointer<UInt8>?, _ size: Int) -> UnsafeMutablePointer<UInt8> {
        guard let new = realloc(old, max(size, 1)) else { fatalError("out of memory: \(size) bytes for a message") }
        return new.assumingMemoryBound(to: UInt8.self)
    }

    /// What C calls when an output is full: at least doubles, so that appending stays O(1) a byte.
    private static func grow(_ buffer: UnsafeMutablePointer<sluice_buffer>?, _ more: Int) {
        guard let buffer else { return }
        let (needed, overflow) = buffer.pointee.length.addingReportingOverflow(more)
        guard !overflow else { fatalError("out of memory: a message beyond all bounds") }
        if needed <= buffer.pointee.capacity { return }
        let capacity = max(needed, buffer.pointee.capacity * 2)
        buffer.pointee.bytes = memory(buffer.pointee.bytes, capacity)
        buffer.pointee.capacity = capacity
    }
}

extension WireBuffer {
    public var count: Int { output.pointee.length }
    public var isEmpty: Bool { output.pointee.length == 0 }
    public var capacity: Int { output.pointee.capacity }

    /// A copy of what was written.
    public var bytes: [UInt8] { bytes(0..<count) }

    /// A copy of a part of what was written.
    public func bytes(_ range: Range<Int>) -> [UInt8] {
        withUnsafeBytes { [UInt8]($0[range]) }
    }

    /// What was written, to read until `body` returns.
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(start: output.pointee.bytes, count: output.pointee.length))
    }

    /// Forgets what was written, and gives the memory back unless it is to be kept.
    public mutating func removeAll(keepingCapacity: Bool = true) {
        output.pointee.length = 0
        guard !keepingCapacity else { return }
        output.pointee.bytes = Self.memory(output.pointee.bytes, 1)
        output.pointee.capacity = 1
    }

    /// Forgets what was written after `length`: a hook that failed leaves nothing behind.
    public mutating func truncate(to length: Int) {
        output.truncate(to: length)
    }
}

extension WireBuffer: @unchecked Sendable {
    // The pointer leads to memory that this noncopyable value alone owns; sending the value sends the memory.
}

/// The bytes of one message, written by `body`.
public func wireBytes<Message: WireMessage>(_ type: Message.Type, capacity: Int = 256, _ body: (Message) -> Void) -> [UInt8] {
    let buffer = WireBuffer(capacity: capacity)
    body(Message(buffer.output))
    return buffer.bytes
}
