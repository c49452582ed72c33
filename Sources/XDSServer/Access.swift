import XDSCache

extension XDSServer {
    /// Which clients may ask for which roles.
    ///
    /// With rules each client gets the roles that its certificate has. Without, nobody knows who asks: all may ask for all, but for the
    /// secrets of other servers, which only this machine gets.
    package struct Access: Sendable {
        package var rules: [AccessRule]
        /// Roles of servers whose configuration is made of passwords and keys.
        package var secretRoles: Set<String> = []
        /// Whoever reaches the port may have these roles too.
        package var allowsUnauthenticatedSecrets = false

        package init(rules: [AccessRule] = []) { self.rules = rules }

        /// Why a client may not have a role; nil when it may.
        func refusal(of peer: Peer, role: String) -> String? {
            if rules.isEmpty { return secretRefusal(of: peer, role: role) }
            guard let names = peer.names else { return "role \(role) needs a client certificate, and there is none on this connection" }
            if rules.contains(where: { rule in rule.role.matches(role) && names.contains(where: rule.name.matches) }) { return nil }
            let seen = names.isEmpty ? "no URI and no DNS name" : names.prefix(8).joined(separator: ", ")
            return "the client's certificate (\(seen)) may not have role \(role); a rule --authorize SAN=ROLE would allow it"
        }

        /// Why a client may not even wait for what its node names: the first who waits for such a role has its configuration made.
        func refusal(of peer: Peer, waiting node: ProxyNode) -> String? {
            guard rules.isEmpty, node.role == nil else { return nil }
            return [node.proxyName, node.cluster, node.id].lazy.compactMap { secretRefusal(of: peer, role: $0) }.first
        }

        private func secretRefusal(of peer: Peer, role: String) -> String? {
            guard secretRoles.contains(role), !allowsUnauthenticatedSecrets, !peer.isLocal else { return nil }
            return "role \(role) is not for \(peer.host): its resources hold client secrets, API keys and passwords, and no rule says who may have them; "
                + "start Sluice with --xds-client-ca and --authorize SAN=\(role), or connect over 127.0.0.1, "
                + "or let everybody who reaches the port have them with --xds-allow-unauthenticated-secrets"
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
