/// A value of the user's configuration: an option, or something in it. Valid until the hook returns.
///
/// An absent value is a value too, so that `option["a"]["b"].text` needs no unwrapping on the way. The host has checked the
/// schema before the hook runs: a value that is there has the type that the schema says.
public struct Option {
    public let call: Call
    public let value: sluice_value

    @inlinable
    init(call: Call, value: sluice_value) {
        self.call = call
        self.value = value
    }

    @inlinable public var isPresent: Bool { value != 0 && kind != sluice_kind(SLUICE_ABSENT) }
    @inlinable public var kind: sluice_kind { call.host.pointee.kind(call.handle, value) }

    /// A member by its lowerCamel name; the user may have written snake_case.
    @inlinable
    public subscript(_ name: StaticString) -> Option {
        Option(call: call, value: value == 0 ? 0 : call.host.pointee.member(call.handle, value, name.utf8Start, name.utf8CodeUnitCount))
    }

    /// Number of elements of a list or entries of a map; 0 otherwise.
    @inlinable public var count: Int { value == 0 ? 0 : call.host.pointee.count(call.handle, value) }

    /// The elements of a list, or the values of a map with their `key`, in the user's order.
    @inlinable public var elements: Elements { Elements(list: self, count: count) }

    /// The key under which this value stands in its map, as the user wrote it.
    @inlinable public var key: sluice_text_host { call.host.pointee.key(call.handle, value) }

    /// The text in the host's memory, not copied: hand it to a builder.
    @inlinable public var text: sluice_text_host? {
        var out = sluice_text_host(bytes: nil, length: 0)
        return value != 0 && call.host.pointee.text(call.handle, value, &out) == 1 ? out : nil
    }

    /// The text as a String of one's own.
    @inlinable public var string: String? { text?.string }

    /// A scalar that is text and nothing else: `shop` or `"5"`, and not `5` or `true`. Needs a host of ABI 1.2.
    @inlinable public var isText: Bool { value != 0 && call.host.pointee.is_text(call.handle, value) == 1 }

    @inlinable public var bool: Bool? {
        var out: Int32 = 0
        return value != 0 && call.host.pointee.boolean(call.handle, value, &out) == 1 ? out != 0 : nil
    }

    @inlinable public var int: Int64? {
        var out: Int64 = 0
        return value != 0 && call.host.pointee.integer(call.handle, value, &out) == 1 ? out : nil
    }

    @inlinable public var uint32: UInt32? { int.flatMap { UInt32(exactly: $0) } }

    @inlinable public var double: Double? {
        var out: Double = 0
        return value != 0 && call.host.pointee.number(call.handle, value, &out) == 1 ? out : nil
    }

    @inlinable public var duration: (seconds: Int64, nanos: Int32)? {
        var seconds: Int64 = 0
        var nanos: Int32 = 0
        return value != 0 && call.host.pointee.duration(call.handle, value, &seconds, &nanos) == 1 ? (seconds, nanos) : nil
    }

    /// Reports a mistake at this value; the host adds file, line, column and field.
    public func error(_ message: String) {
        call.errors.pointee += 1
        report(sluice_severity(SLUICE_ERROR), message)
    }

    /// Reports something questionable at this value; the configuration is used all the same.
    public func warning(_ message: String) { report(sluice_severity(SLUICE_WARNING), message) }

    private func report(_ severity: sluice_severity, _ message: String) {
        var message = message
        message.withUTF8 { call.host.pointee.report(call.handle, severity, value, $0.baseAddress, $0.count) }
    }

    public struct Elements: Sequence, IteratorProtocol {
        @usableFromInline let list: Option
        @usableFromInline let count: Int
        @usableFromInline var index = 0

        @inlinable
        init(list: Option, count: Int) {
            self.list = list
            self.count = count
        }

        @inlinable
        public mutating func next() -> Option? {
            guard index < count else { return nil }
            defer { index += 1 }
            return Option(call: list.call, value: list.call.host.pointee.element(list.call.handle, list.value, index))
        }
    }
}

extension sluice_text_host {
    /// A copy as a String; invalid UTF-8 is repaired.
    @inlinable public var string: String { String(decoding: UnsafeBufferPointer(start: bytes, count: length), as: UTF8.self) }

    /// A copy of the bytes.
    @inlinable public var array: [UInt8] { Array(UnsafeBufferPointer(start: bytes, count: length)) }

    @inlinable public var isEmpty: Bool { length == 0 }

    /// True when the text is this literal.
    @inlinable
    public static func == (text: sluice_text_host, literal: StaticString) -> Bool {
        guard text.length == literal.utf8CodeUnitCount else { return false }
        for index in 0..<text.length where text.bytes[index] != literal.utf8Start[index] { return false }
        return true
    }
}
