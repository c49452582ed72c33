internal import SluicePlugin

/// Of a virtual host or a route: its session, or that there is none.
func place(_ session: Option, in out: FiltersHttpStatefulSession.StatefulSessionPerRoute) {
    if session["cookie"].isPresent || session["header"].isPresent {
        out.statefulSession { write(session, to: $0) }
    } else {
        out.disabled(true)
    }
}

/// The session; nothing where there is none, which is how Envoy says it.
func write(_ session: Option, to out: FiltersHttpStatefulSession.StatefulSession) {
    let (cookie, header) = (session["cookie"], session["header"])
    // Envoy looks these extensions up by their names.
    if cookie.isPresent {
        out.sessionState {
            $0.name("envoy.http.stateful_session.cookie").typedConfig(HttpStatefulSessionCookie.CookieBasedSessionState.self) {
                $0.cookie { write(cookie: cookie, to: $0) }
            }
        }
    } else if header.isPresent {
        out.sessionState {
            $0.name("envoy.http.stateful_session.header").typedConfig(HttpStatefulSessionHeader.HeaderBasedSessionState.self) {
                if let name = header["name"].text { $0.name(name) }
            }
        }
    }
    if let strict = session["strict"].bool { out.strict(strict) }
}

private func write(cookie: Option, to out: TypeHttp.Cookie) {
    if let name = cookie["name"].text { out.name(name) }
    if let time = cookie["ttl"].duration { out.ttl(seconds: time.seconds, nanos: time.nanos) }
    if let path = cookie["path"].text { out.path(path) }
}

/// Whether clients can send the cookie or header back; what is in the way is reported.
func isUsable(_ session: Option) -> Bool {
    let name = session["cookie"]["name"]
    if let text = name.text, !text.array.allSatisfy(isOfToken) {
        name.error("'\(text.string)' is no name of a cookie; letters, digits and - _ . are")
        return false
    }
    let path = session["cookie"]["path"]
    if let text = path.text, !text.isEmpty, text.bytes[0] != UInt8(ascii: "/") || text.array.contains(where: { $0 <= 0x20 || $0 >= 0x7f || $0 == UInt8(ascii: ";") }) {
        path.error("'path' must begin with '/', and hold neither spaces nor ';'")
        return false
    }
    let header = session["header"]["name"]
    if let text = header.text, !isChangeable(header: text) {
        header.error("'\(text.string)' is a part of the request itself; name a header of your own, such as x-session-host")
        return false
    }
    return true
}

/// What may stand in the name of a cookie (RFC 6265, token).
private func isOfToken(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
    case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"),
        UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
        true
    default: false
    }
}
