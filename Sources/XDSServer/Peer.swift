import NIOCore
import NIOSSL

/// Who is at the other end of a connection.
struct Peer {
    var address: String
    /// URIs and DNS names of the certificate that the client has shown; nil without one.
    var names: [String]?
    /// When that certificate ends, in seconds since 1970.
    var certificateEnds: Int?

    init(_ context: ChannelHandlerContext?) {
        address = context?.remoteAddress?.description ?? ""
        guard let handler = try? context?.pipeline.syncOperations.handler(type: NIOSSLServerHandler.self) else { return }
        certificateEnds = handler.peerCertificate.map { Int($0.notValidAfter) }
        names = handler.peerCertificate.map { certificate in
            certificate._subjectAlternativeNames()
                .filter { $0.nameType == .uri || $0.nameType == .dnsName }
                .map { String(decoding: $0.contents, as: UTF8.self) }
        }
    }
}

extension XDSServer {
    /// Which clients may ask for which roles. Without rules all may ask for all.
    package struct Access: Sendable {
        package var rules: [AccessRule]

        package init(rules: [AccessRule] = []) { self.rules = rules }

        /// Why a client may not have a role; nil when it may.
        func refusal(of peer: Peer, role: String) -> String? {
            if rules.isEmpty { return nil }
            guard let names = peer.names else { return "role \(role) needs a client certificate, and there is none on this connection" }
            if rules.contains(where: { rule in rule.role.matches(role) && names.contains(where: rule.name.matches) }) { return nil }
            let seen = names.isEmpty ? "no URI and no DNS name" : names.prefix(8).joined(separator: ", ")
            return "the client's certificate (\(seen)) may not have role \(role); a rule --authorize SAN=ROLE would allow it"
        }
    }

    /// `SAN=ROLE`: a certificate with this name may ask for this role.
    package struct AccessRule: Sendable, Equatable {
        var name: Pattern
        var role: Pattern

        /// Nil when the text has another form. A role has no `=`, a URI may.
        package init?(_ text: String) {
            guard let equals = text.lastIndex(of: "="), equals != text.startIndex, text.index(after: equals) != text.endIndex else { return nil }
            guard let name = Pattern(text[..<equals]), let role = Pattern(text[text.index(after: equals)...]) else { return nil }
            self.name = name
            self.role = role
        }
    }

    /// A text, or what begins with one (`*` at its end).
    struct Pattern: Sendable, Equatable {
        private var text: [UInt8]
        private var isPrefix: Bool

        init?(_ pattern: Substring) {
            isPrefix = pattern.hasSuffix("*")
            let text = isPrefix ? pattern.dropLast() : pattern
            guard !text.contains("*") else { return nil }
            self.text = Array(text.utf8)
        }

        func matches(_ other: String) -> Bool {
            isPrefix ? other.utf8.starts(with: text) : other.utf8.elementsEqual(text)
        }
    }
}
