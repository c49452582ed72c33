/// An upstream that an option refers to, `{name, namespace}`, and the cluster that Sluice makes of it.
public struct UpstreamReference {
    /// `<name>_<namespace>`.
    public let cluster: [UInt8]
    /// `<namespace>.<name>`, for messages.
    public let words: String
    /// There is such an upstream, and it is valid.
    public let exists: Bool
}

extension Subject {
    /// - Returns: nil when the reference has no name. Without a namespace it means that of the object in which the option stands.
    public func upstream(_ reference: Option) -> UpstreamReference? {
        guard let name = reference["name"].text, !name.isEmpty else { return nil }
        let namespace = reference["namespace"].text.flatMap { $0.isEmpty ? nil : $0 } ?? self.namespace
        return UpstreamReference(
            cluster: name.array + [UInt8(ascii: "_")] + namespace.array,
            words: "\(namespace.string).\(name.string)",
            exists: find("Upstream", reference).isPresent
        )
    }
}
