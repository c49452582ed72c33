/// Whether Envoy's configuration may add or remove a header of this name: not what the request line says (`:path`), and not the host.
public func isChangeable(header name: sluice_text_host) -> Bool {
    guard name.length > 0, name.bytes[0] != UInt8(ascii: ":") else { return false }
    let host: StaticString = "host"
    guard name.length == host.utf8CodeUnitCount else { return true }
    // Header names know no upper case.
    return (0..<name.length).contains { name.bytes[$0] | 0x20 != host.utf8Start[$0] }
}
