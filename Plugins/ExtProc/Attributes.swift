internal import SluicePlugin

/// Names of attributes that the server is told with the headers. Envoy reads each as an expression of CEL's, and refuses everything
/// when it cannot.
func attributes(_ names: Option, _ write: (sluice_text_host) -> Void) {
    for name in names.elements {
        guard let text = name.text else { continue }
        if !isAttribute(text.string) {
            name.error("'\(text.string)' is no attribute; name one as Envoy does: request.path, source.address, connection.mtls, xds.route_name")
        }
        write(text)
    }
}

private let roots: Set<String> = ["request", "response", "connection", "upstream", "source", "destination", "metadata", "filter_state", "upstream_filter_state", "xds"]

/// Words that CEL keeps for itself.
private let reserved: Set<String> = [
    "true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package",
    "namespace", "return", "var", "void", "while",
]

private func isAttribute(_ text: String) -> Bool {
    let steps = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard let root = steps.first, roots.contains(root) else { return false }
    return steps.allSatisfy { step in
        guard let first = step.utf8.first, !(0x30...0x39).contains(first), !reserved.contains(step) else { return false }
        return step.utf8.allSatisfy { (0x61...0x7a).contains($0 | 0x20) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "_") }
    }
}
