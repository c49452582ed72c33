public import CSluicePlugin

/// Where protobuf is written: a buffer that somebody else owns and that grows by itself.
///
/// The host hands one to each hook of a plugin, and every typed builder wraps one. Writing appends; nothing is looked up,
/// allocated or counted in advance, so that a field costs a few nanoseconds.
public typealias WireOutput = UnsafeMutablePointer<sluice_buffer>

// MARK: Room and raw bytes

extension WireOutput {
    /// Bytes written so far.
    @inlinable
    public var count: Int { pointee.length }

    /// Makes room for `more` bytes; after it, writing that much neither grows nor checks.
    public func reserve(_ more: Int) {
        if pointee.capacity &- pointee.length < more { grow(more) }
    }

    @usableFromInline @inline(never)
    func grow(_ more: Int) {
        guard let grow = pointee.grow else { preconditionFailure("a sluice_buffer without its grow function") }
        grow(self, more)
    }

    /// Appends bytes as they are.
    public func append(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress, !bytes.isEmpty else { return }
        reserve(bytes.count)
        (pointee.bytes + pointee.length).update(from: source.assumingMemoryBound(to: UInt8.self), count: bytes.count)
        pointee.length &+= bytes.count
    }

    /// Appends text or bytes as they are: a fragment that was written elsewhere joins the message that is being written.
    @inlinable
    public func append(_ bytes: some WireText) {
        bytes.withWireBytes { append($0) }
    }

    /// Forgets what was written after `length`.
    public func truncate(to length: Int) {
        precondition(length >= 0 && length <= pointee.length, "there is nothing to cut off")
        pointee.length = length
    }
}

// MARK: Values without a tag

extension WireOutput {
    public func varint(_ value: UInt64) {
        reserve(10)
        put(value)
    }

    /// A varint where there is room for it. Most have one byte: tags, lengths, flags.
    @inline(__always)
    private func put(_ value: UInt64) {
        let at = pointee.bytes + pointee.length
        if value < 0x80 {
            at.pointee = UInt8(truncatingIfNeeded: value)
            pointee.length &+= 1
        } else {
            pointee.length &+= Self.putLong(value, at)
        }
    }

    private static func putLong(_ value: UInt64, _ start: UnsafeMutablePointer<UInt8>) -> Int {
        var at = start
        var rest = value
        while rest > 0x7F {
            at.pointee = UInt8(truncatingIfNeeded: rest) | 0x80
            at += 1
            rest >>= 7
        }
        at.pointee = UInt8(truncatingIfNeeded: rest)
        return at + 1 - start
    }

    /// A tag where there is room for it.
    @inline(__always)
    private func putTag(_ field: UInt32, _ type: WireType) {
        put(UInt64(field << 3 | UInt32(type.rawValue)))
    }

    /// A field whose value is a varint: one look at the room for both.
    @inline(__always)
    private func field(_ field: UInt32, _ value: UInt64) {
        reserve(20)
        putTag(field, .varint)
        put(value)
    }

    @inlinable
    func little<Bits: FixedWidthInteger>(_ bits: Bits) {
        reserve(MemoryLayout<Bits>.size)
        UnsafeMutableRawPointer(pointee.bytes + pointee.length).storeBytes(of: bits.littleEndian, as: Bits.self)
        pointee.length &+= MemoryLayout<Bits>.size
    }

    public func bareInt32(_ value: Int32) { varint(UInt64(bitPattern: Int64(value))) }
    public func bareInt64(_ value: Int64) { varint(UInt64(bitPattern: value)) }
    public func bareUint32(_ value: UInt32) { varint(UInt64(value)) }
    public func bareUint64(_ value: UInt64) { varint(value) }
    public func bareSint32(_ value: Int32) { varint(UInt64(UInt32(bitPattern: (value << 1) ^ (value >> 31)))) }
    public func bareSint64(_ value: Int64) { varint(UInt64(bitPattern: (value << 1) ^ (value >> 63))) }
    public func bareBool(_ value: Bool) { varint(value ? 1 : 0) }
    public func bareFixed32(_ value: UInt32) { little(value) }
    public func bareFixed64(_ value: UInt64) { little(value) }
    public func bareSfixed32(_ value: Int32) { little(value) }
    public func bareSfixed64(_ value: Int64) { little(value) }
    public func bareFloat(_ value: Float) { little(value.bitPattern) }
    public func bareDouble(_ value: Double) { little(value.bitPattern) }
}

// MARK: Fields

/// Each takes the field's number first and writes always, zero too: proto3 would leave a zero out, but then a later fragment
/// could not set a field back to it.
extension WireOutput {
    public func tag(_ field: UInt32, _ type: WireType) {
        reserve(10)
        putTag(field, type)
    }

    public func int32(_ field: UInt32, _ value: Int32) { self.field(field, UInt64(bitPattern: Int64(value))) }
    public func int64(_ field: UInt32, _ value: Int64) { self.field(field, UInt64(bitPattern: value)) }
    public func uint32(_ field: UInt32, _ value: UInt32) { self.field(field, UInt64(value)) }
    public func uint64(_ field: UInt32, _ value: UInt64) { self.field(field, value) }
    public func sint32(_ field: UInt32, _ value: Int32) { tag(field, .varint); bareSint32(value) }
    public func sint64(_ field: UInt32, _ value: Int64) { tag(field, .varint); bareSint64(value) }
    public func bool(_ field: UInt32, _ value: Bool) { self.field(field, value ? 1 : 0) }
    public func fixed32(_ field: UInt32, _ value: UInt32) { tag(field, .fixed32); bareFixed32(value) }
    public func fixed64(_ field: UInt32, _ value: UInt64) { tag(field, .fixed64); bareFixed64(value) }
    public func sfixed32(_ field: UInt32, _ value: Int32) { tag(field, .fixed32); bareSfixed32(value) }
    public func sfixed64(_ field: UInt32, _ value: Int64) { tag(field, .fixed64); bareSfixed64(value) }
    public func float(_ field: UInt32, _ value: Float) { tag(field, .fixed32); bareFloat(value) }
    public func double(_ field: UInt32, _ value: Double) { tag(field, .fixed64); bareDouble(value) }

    /// A field of type string or bytes.
    @inlinable
    public func text(_ field: UInt32, _ value: some WireText) {
        value.withWireBytes { bytes(field, $0) }
    }

    public func bytes(_ field: UInt32, _ bytes: UnsafeRawBufferPointer) {
        reserve(bytes.count &+ 20)
        putTag(field, .lengthDelimited)
        put(UInt64(bytes.count))
        guard let source = bytes.baseAddress, !bytes.isEmpty else { return }
        (pointee.bytes + pointee.length).update(from: source.assumingMemoryBound(to: UInt8.self), count: bytes.count)
        pointee.length &+= bytes.count
    }

    /// A message whose bytes are already there.
    @inlinable
    public func message(_ field: UInt32, encoded: some WireText) {
        text(field, encoded)
    }

    /// A message that `body` writes.
    ///
    /// Its length is known afterwards. One byte is kept for it, and what was written moves when it turns out to need more.
    public func message(_ field: UInt32, _ body: (WireOutput) -> Void) {
        let start = open(field)
        body(self)
        close(start)
    }

    /// A message that `body` writes through its typed builder.
    @inlinable
    public func build<Message: WireMessage>(_ field: UInt32, _ body: (Message) -> Void) {
        let start = open(field)
        body(Message(self))
        close(start)
    }

    /// A google.protobuf.Any that holds the message `body` writes.
    @inlinable
    public func any<Packed: WireMessage>(_ field: UInt32, _ body: (Packed) -> Void) {
        let start = open(field)
        text(1, Packed.typeURL)
        build(2, body)
        close(start)
    }

    /// A packed list of scalars; an empty one writes nothing.
    @inlinable
    public func packed<Values: Sequence>(_ field: UInt32, _ values: Values, _ write: (WireOutput, Values.Element) -> Void) {
        let before = count
        let start = open(field)
        for value in values { write(self, value) }
        if count == start { truncate(to: before) } else { close(start) }
    }

    /// A google.protobuf.Duration or Timestamp. Both parts always: 15 s and then 0.5 s must not merge to 15.5 s.
    public func seconds(_ field: UInt32, _ seconds: Int64, _ nanos: Int32) {
        let start = open(field)
        int64(1, seconds)
        int32(2, nanos)
        close(start)
    }

    /// Begins a length-delimited field and returns where its content begins, for `close`.
    public func open(_ field: UInt32) -> Int {
        reserve(11)
        putTag(field, .lengthDelimited)
        pointee.length &+= 1
        return pointee.length
    }

    /// Ends the field that `open` began at `start`: writes its length in front of what came since.
    public func close(_ start: Int) {
        let size = pointee.length &- start
        if size < 0x80 {
            pointee.bytes[start &- 1] = UInt8(truncatingIfNeeded: size)
        } else {
            closeLong(start, size)
        }
    }

    @usableFromInline
    func closeLong(_ start: Int, _ size: Int) {
        precondition(size > 0, "a message ends before it begins: its body cut off what stood before it")
        let extra = Self.varintSize(UInt64(size)) - 1
        reserve(extra)
        let content = pointee.bytes + start
        (content + extra).update(from: content, count: size)
        pointee.length = start - 1
        varint(UInt64(size))
        pointee.length = start + extra + size
    }

    static func varintSize(_ value: UInt64) -> Int {
        (70 - (value | 1).leadingZeroBitCount) / 7
    }
}

// MARK: Wrappers

/// google.protobuf.BoolValue and its like, with the value inside written always: an empty wrapper means false, but merged into one
/// that says true it changes nothing.
extension WireOutput {
    public func wrappedInt32(_ field: UInt32, _ value: Int32) { let start = open(field); int32(1, value); close(start) }
    public func wrappedInt64(_ field: UInt32, _ value: Int64) { let start = open(field); int64(1, value); close(start) }
    public func wrappedUint32(_ field: UInt32, _ value: UInt32) { let start = open(field); uint32(1, value); close(start) }
    public func wrappedUint64(_ field: UInt32, _ value: UInt64) { let start = open(field); uint64(1, value); close(start) }
    public func wrappedBool(_ field: UInt32, _ value: Bool) { let start = open(field); bool(1, value); close(start) }
    public func wrappedFloat(_ field: UInt32, _ value: Float) { let start = open(field); float(1, value); close(start) }
    public func wrappedDouble(_ field: UInt32, _ value: Double) { let start = open(field); double(1, value); close(start) }
    @inlinable public func wrappedText(_ field: UInt32, _ value: some WireText) { let start = open(field); text(1, value); close(start) }
}
