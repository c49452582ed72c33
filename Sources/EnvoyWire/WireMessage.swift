/// A typed builder: a message of Envoy's API around the output that its fields are appended to.
///
/// Builders are values of one pointer. They hold nothing, so a second one around the same output goes on with the same message.
public protocol WireMessage {
    /// What a google.protobuf.Any calls the message: "type.googleapis.com/envoy.config.route.v3.Route".
    static var typeURL: StaticString { get }
    var output: WireOutput { get }
    init(_ output: WireOutput)
}

extension WireMessage {
    /// Appends bytes that are already a part of this message: a fragment, or the whole of it from a cache.
    ///
    ///     configuration.virtualHosts { $0.append(encoded: host) }
    @inlinable @discardableResult
    public func append(encoded: some WireText) -> Self {
        output.append(encoded)
        return self
    }
}
