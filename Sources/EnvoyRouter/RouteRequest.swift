/// A request as a client sends it.
package struct RouteRequest: Sendable, Equatable {
    package var method: String
    /// "http" or "https".
    package var scheme: String
    /// The Host header: of the URL, with its port if one is written there, unless a header says otherwise.
    package var authority: String
    /// The host of the URL without port, which a TLS client asks for as server name; empty for an address, which is no name.
    package var serverName: String
    /// Of the URL, when it is written there.
    package var port: UInt32?
    /// With the query.
    package var path: String
    /// Names in small letters, in order; neither Host nor pseudo-headers.
    package var headers: [Header]
    package var sourceIP: IPAddress?

    package struct Header: Sendable, Equatable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package init(method: String, url: String, headers: [String] = [], sourceIP: String? = nil) throws(RequestError) {
        guard !method.isEmpty, method.utf8.allSatisfy(Self.isToken) else {
            throw RequestError("'\(method)' is not an HTTP method; write it like GET or POST")
        }
        self.method = method
        let url = try Self.split(url)
        scheme = url.scheme
        authority = url.authority
        serverName = IPAddress(url.host.filter { !"[]".contains($0) }) == nil ? url.host : ""
        port = url.port
        path = url.path
        self.headers = []
        for header in headers { try add(header) }
        if let sourceIP {
            guard let address = IPAddress(sourceIP) else { throw RequestError("'\(sourceIP)' is not an IP address; write it like 203.0.113.7") }
            self.sourceIP = address
        }
    }

    private mutating func add(_ text: String) throws(RequestError) {
        guard let colon = text.dropFirst().firstIndex(of: ":") else {
            throw RequestError("the header '\(text)' has no colon; write it as 'name: value'")
        }
        let name = text[..<colon].lowercased()
        let value = text[text.index(after: colon)...].trimmed
        guard !name.hasPrefix(":") else { throw RequestError("'\(name)' comes from the method and the URL; give those, or the header 'host'") }
        guard !name.isEmpty, name.utf8.allSatisfy(Self.isToken) else { throw RequestError("'\(name)' is not the name of a header; write the header as 'name: value'") }
        if name == "host" {
            authority = value
        } else {
            headers.append(Header(name, value))
        }
    }

    private static func split(_ text: String) throws(RequestError) -> (scheme: String, authority: String, host: String, port: UInt32?, path: String) {
        func fail(_ why: String) -> RequestError { RequestError("'\(text)' \(why); write it like https://shop.example.com/api/pets?page=2") }
        guard let mark = text.firstRange(of: "://") else { throw fail("is not a URL") }
        let scheme = text[..<mark.lowerBound].lowercased()
        guard scheme == "http" || scheme == "https" else { throw fail("has the scheme '\(scheme)'; there are http and https") }
        let rest = text[mark.upperBound...]
        let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        let authority = String(rest[..<end])
        // A client keeps what follows '#' for itself.
        var path = String(rest[end...].prefix { $0 != "#" })
        if !path.hasPrefix("/") { path = "/" + path }
        guard !authority.contains("@") else { throw fail("holds a user name; give it as the header 'authorization'") }
        if let wrong = (authority + path).unicodeScalars.first(where: { $0.value <= 0x20 || $0.value >= 0x7f }) {
            let escaped = String(wrong).utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
            throw fail("holds \(wrong == " " ? "a space" : "'\(wrong.escaped(asASCII: true))'"), which a URL spells \(escaped)")
        }
        let host = Self.withoutPort(authority)
        guard !host.isEmpty else { throw fail("names no host") }
        var port: UInt32?
        if host.utf8.count < authority.utf8.count {
            let digits = authority.dropFirst(host.count + 1)
            guard let number = UInt32(digits), (1...65535).contains(number) else { throw fail("has the port '\(digits)'; ports are 1 to 65535") }
            port = number
        }
        return (scheme, authority, host, port, path)
    }

    /// The host of an authority; the colons of an IPv6 address in brackets are not a port's.
    static func withoutPort(_ authority: String) -> String {
        guard let colon = authority.lastIndex(of: ":") else { return authority }
        if let bracket = authority.lastIndex(of: "]"), colon < bracket { return authority }
        return String(authority[..<colon])
    }

    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}

/// Why there is no request to route, and what to type.
package struct RequestError: Error, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}

extension StringProtocol {
    var trimmed: String {
        func isBlank(_ character: Character) -> Bool { character == " " || character == "\t" }
        return String(drop(while: isBlank).reversed().drop(while: isBlank).reversed())
    }
}
