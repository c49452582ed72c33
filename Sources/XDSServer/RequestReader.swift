/// Reads the fields of a protobuf message from bytes that anyone may have sent: on slices, so that not even a mistake here could read
/// beyond them. (EnvoyWire.WireReader is the fast one, for bytes of our own.)
///
/// Every length is checked against what is left: hostile bytes throw, they never trap and never make it allocate more than they
/// are long.
struct RequestReader {
    enum Fault: Error { case malformed }

    enum WireType: UInt8 {
        case varint = 0
        case fixed64 = 1
        case lengthDelimited = 2
        case startGroup = 3
        case endGroup = 4
        case fixed32 = 5
    }

    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    /// The next field's number and form; nil at the end of the message.
    mutating func nextTag() throws(Fault) -> (field: Int, type: WireType)? {
        if rest.isEmpty { return nil }
        let tag = try varint()
        guard let type = WireType(rawValue: UInt8(tag & 7)), tag >> 3 > 0, tag >> 3 < 1 << 29 else { throw .malformed }
        return (Int(tag >> 3), type)
    }

    mutating func varint() throws(Fault) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard let byte = rest.popFirst() else { throw .malformed }
            // The tenth byte has room for one bit.
            if shift == 63 && byte > 1 { throw .malformed }
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
        }
        throw .malformed
    }

    mutating func bytes() throws(Fault) -> ArraySlice<UInt8> {
        let length = try varint()
        guard length <= UInt64(rest.count) else { throw .malformed }
        let bytes = rest.prefix(Int(length))
        rest = rest.dropFirst(Int(length))
        return bytes
    }

    mutating func string() throws(Fault) -> String { String(decoding: try bytes(), as: UTF8.self) }

    mutating func message() throws(Fault) -> RequestReader { RequestReader(try bytes()) }

    mutating func skip(_ type: WireType) throws(Fault) {
        switch type {
        case .varint: _ = try varint()
        case .lengthDelimited: _ = try bytes()
        case .fixed64: try drop(8)
        case .fixed32: try drop(4)
        // Groups have been out of use since before xDS.
        case .startGroup, .endGroup: throw .malformed
        }
    }

    private mutating func drop(_ count: Int) throws(Fault) {
        guard rest.count >= count else { throw .malformed }
        rest = rest.dropFirst(count)
    }
}
