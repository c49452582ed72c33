/// How a field's value stands on the wire; the low three bits of its tag.
public enum WireType: UInt8, Sendable {
    case varint = 0
    case fixed64 = 1
    case lengthDelimited = 2
    /// Of proto2 groups, which Envoy's API does not use; they are recognised so that they can be skipped.
    case startGroup = 3
    case endGroup = 4
    case fixed32 = 5
}
