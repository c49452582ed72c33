/// What can be wrong with bytes that claim to be a protobuf message.
public enum WireError: Error, Equatable, Sendable {
    /// The bytes end inside a field.
    case truncated(offset: Int)
    /// A varint of more than ten bytes, or with more than 64 bits.
    case overlongVarint(offset: Int)
    /// A tag with field number zero or a wire type that does not exist.
    case invalidTag(offset: Int)
    /// A field whose wire type is not the one that its type has.
    case wrongWireType(offset: Int)
    /// A group's end without its beginning, or with another number.
    case unexpectedEndGroup(offset: Int)
    /// Messages in messages beyond what anybody writes; protobuf's own limit is 100.
    case tooDeep(offset: Int)
}

/// The number and wire type in front of a field's value.
public struct WireTag: Equatable, Sendable {
    public let field: UInt32
    public let type: WireType

    @inlinable
    public init(field: UInt32, type: WireType) {
        self.field = field
        self.type = type
    }
}

/// Pulls fields from protobuf bytes, one after another, whatever the bytes are.
///
/// Every read is checked against the end, and what is malformed is thrown: the bytes come from a proxy or a plugin.
/// The reader borrows: it must not outlive the closure that gave the bytes. Offsets count from the beginning of the bytes that
/// the outermost reader was made with, in readers of nested messages too.
///
///     var reader = WireReader(bytes)
///     while let tag = try reader.nextTag() {
///         switch tag.field {
///         case 1: name = try reader.string(tag)
///         case 2: var nested = try reader.message(tag) ...
///         default: try reader.skip(tag)
///         }
///     }
public struct WireReader {
    @usableFromInline let bytes: UnsafeRawBufferPointer
    /// Where the next read begins.
    public private(set) var offset: Int
    /// Where this reader's message ends.
    public let end: Int

    public init(_ bytes: UnsafeRawBufferPointer) {
        self.init(bytes, 0..<bytes.count)
    }

    /// A reader of a part of the bytes, with the offsets of the whole.
    public init(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count, "a part that the whole does not have")
        self.bytes = bytes
        offset = range.lowerBound
        end = range.upperBound
    }

    /// Hands a reader of the bytes to `body`, which does not keep it.
    public static func read<Result>(_ bytes: [UInt8], _ body: (WireReader) throws -> Result) rethrows -> Result {
        try bytes.withUnsafeBytes { try body(WireReader($0)) }
    }

    public var isAtEnd: Bool { offset == end }

    /// The next field's tag, or nil at the end.
    public mutating func nextTag() throws(WireError) -> WireTag? {
        guard offset < end else { return nil }
        let start = offset
        let raw = try varint()
        guard raw <= UInt64(UInt32.max), raw >> 3 > 0, let type = WireType(rawValue: UInt8(raw & 7)) else {
            throw .invalidTag(offset: start)
        }
        return WireTag(field: UInt32(raw >> 3), type: type)
    }

    public mutating func varint() throws(WireError) -> UInt64 {
        let start = offset
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while offset < end {
            let byte = bytes[offset]
            offset += 1
            if shift == 63 && byte > 1 { throw .overlongVarint(offset: start) }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw .truncated(offset: start)
    }

    public mutating func fixed32() throws(WireError) -> UInt32 {
        UInt32(littleEndian: try load())
    }

    public mutating func fixed64() throws(WireError) -> UInt64 {
        UInt64(littleEndian: try load())
    }

    private mutating func load<Bits: FixedWidthInteger & BitwiseCopyable>() throws(WireError) -> Bits {
        guard end - offset >= MemoryLayout<Bits>.size else { throw .truncated(offset: offset) }
        defer { offset += MemoryLayout<Bits>.size }
        return bytes.loadUnaligned(fromByteOffset: offset, as: Bits.self)
    }

    /// Where the content of a length-delimited field lies; the reader goes on after it.
    public mutating func range() throws(WireError) -> Range<Int> {
        let start = offset
        let length = try varint()
        guard length <= UInt64(end - offset) else { throw .truncated(offset: start) }
        defer { offset += Int(length) }
        return offset..<offset + Int(length)
    }

    /// Passes over the value of a field.
    public mutating func skip(_ tag: WireTag) throws(WireError) {
        try skip(tag, depth: 0)
    }

    private mutating func skip(_ tag: WireTag, depth: Int) throws(WireError) {
        switch tag.type {
        case .varint: _ = try varint()
        case .fixed64: _ = try fixed64()
        case .fixed32: _ = try fixed32()
        case .lengthDelimited: _ = try range()
        case .endGroup: throw .unexpectedEndGroup(offset: offset)
        case .startGroup:
            guard depth < 100 else { throw .tooDeep(offset: offset) }
            while true {
                guard let next = try nextTag() else { throw .truncated(offset: offset) }
                if next.type == .endGroup {
                    guard next.field == tag.field else { throw .unexpectedEndGroup(offset: offset) }
                    return
                }
                try skip(next, depth: depth + 1)
            }
        }
    }
}

// MARK: Values by their tag

/// These check that the field has the wire type that its value needs.
extension WireReader {
    /// A nested message.
    public mutating func message(_ tag: WireTag) throws(WireError) -> WireReader {
        WireReader(bytes, try content(tag))
    }

    /// The bytes of a field of type bytes, string or message, to read while the reader's own bytes are there.
    public mutating func slice(_ tag: WireTag) throws(WireError) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[try content(tag)])
    }

    public mutating func copy(_ tag: WireTag) throws(WireError) -> [UInt8] {
        [UInt8](try slice(tag))
    }

    /// Text; what is not UTF-8 is mended with U+FFFD.
    public mutating func string(_ tag: WireTag) throws(WireError) -> String {
        String(decoding: try slice(tag), as: UTF8.self)
    }

    public mutating func uint64(_ tag: WireTag) throws(WireError) -> UInt64 {
        guard tag.type == .varint else { throw .wrongWireType(offset: offset) }
        return try varint()
    }

    public mutating func int32(_ tag: WireTag) throws(WireError) -> Int32 {
        Int32(truncatingIfNeeded: try uint64(tag))
    }

    public mutating func int64(_ tag: WireTag) throws(WireError) -> Int64 {
        Int64(bitPattern: try uint64(tag))
    }

    public mutating func bool(_ tag: WireTag) throws(WireError) -> Bool {
        try uint64(tag) != 0
    }

    private mutating func content(_ tag: WireTag) throws(WireError) -> Range<Int> {
        guard tag.type == .lengthDelimited else { throw .wrongWireType(offset: offset) }
        return try range()
    }

    /// The bytes of a range that `range()` gave.
    public subscript(range: Range<Int>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[range])
    }
}
