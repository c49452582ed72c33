public import CSluicePlugin

/// What can be written as string, bytes or encoded message: anything that can show its bytes in one piece.
public protocol WireText {
    func withWireBytes(_ body: (UnsafeRawBufferPointer) -> Void)
}

extension String: WireText {
    @inlinable
    public func withWireBytes(_ body: (UnsafeRawBufferPointer) -> Void) {
        if utf8.withContiguousStorageIfAvailable({ body(UnsafeRawBufferPointer($0)) }) == nil {
            Array(utf8).withUnsafeBytes { body($0) }
        }
    }
}

extension Substring: WireText {
    @inlinable
    public func withWireBytes(_ body: (UnsafeRawBufferPointer) -> Void) {
        if utf8.withContiguousStorageIfAvailable({ body(UnsafeRawBufferPointer($0)) }) == nil {
            Array(utf8).withUnsafeBytes { body($0) }
        }
    }
}

extension StaticString: WireText {
    @inlinable
    public func withWireBytes(_ body: (UnsafeRawBufferPointer) -> Void) {
        withUTF8Buffer { body(UnsafeRawBufferPointer($0)) }
    }
}

extension Array: WireText where Element == UInt8 {
    @inlinable
    public func withWireBytes(_ body: (UnsafeRawBufferPointer) -> Void) {
        withUnsafeBytes { body($0) }
    }
}

extension ArraySlice: WireText where Element == UInt8 {
    @inlinable
    public func withWireBytes(_ body: (UnsafeRawBufferPointer) -> Void) {
        withUnsafeBytes { body($0) }
    }
}

extension UnsafeRawBufferPointer: WireText {
    @inlinable
    public func withWireBytes(_ body: (UnsafeRawBufferPointer) -> Void) {
        body(self)
    }
}

extension UnsafeBufferPointer: WireText where Element == UInt8 {
    @inlinable
    public func withWireBytes(_ body: (UnsafeRawBufferPointer) -> Void) {
        body(UnsafeRawBufferPointer(self))
    }
}

/// What a plugin reads from its option goes to the wire without becoming a String.
extension sluice_text_host: WireText {
    @inlinable
    public func withWireBytes(_ body: (UnsafeRawBufferPointer) -> Void) {
        body(UnsafeRawBufferPointer(start: bytes, count: length))
    }
}
