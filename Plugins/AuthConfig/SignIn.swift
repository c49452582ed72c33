internal import SluicePlugin

/// A sign-in with an OpenID Connect provider or another OAuth 2 server: the two forms of it, as one.
struct SignIn {
    let option: Option
    /// Whether tokens say who somebody is.
    let isOpenID: Bool
    let authorizationEndpoint: Option
    let tokenEndpoint: Option
    let endSessionEndpoint: Option
    let headers: Option

    /// Gloo asks the issuer for its endpoints; a plugin asks nobody, and takes those that are written.
    init(openID option: Option) {
        self.option = option
        isOpenID = true
        authorizationEndpoint = option["discoveryOverride"]["authEndpoint"]
        tokenEndpoint = option["discoveryOverride"]["tokenEndpoint"]
        endSessionEndpoint = option["discoveryOverride"]["endSessionEndpoint"]
        headers = option["headers"]
    }

    init(oauth2 option: Option) {
        self.option = option
        isOpenID = false
        authorizationEndpoint = option["authEndpoint"]
        tokenEndpoint = option["tokenEndpoint"]
        endSessionEndpoint = option["endSessionEndpoint"]
        headers = option["headers"]
    }

    /// Nil after an error.
    func endpoint(_ endpoint: Option, _ name: String) -> HttpEndpoint? {
        guard let url = endpoint.string, !url.isEmpty else {
            let place = isOpenID ? "'discoveryOverride.\(name)'" : "'\(name)'"
            option.error("\(place) is missing: Sluice does not ask the issuer for its endpoints; write it as the issuer's /.well-known/openid-configuration has it")
            return nil
        }
        do throws(HttpEndpoint.Problem) {
            return try HttpEndpoint(url)
        } catch {
            endpoint.error("'\(url)' cannot be the \(name): \(error.message)")
            return nil
        }
    }

    /// `?a=b`, or `&a=b` behind a URL that has a query.
    static func query(_ parameters: Option, behind url: String) -> String {
        let pairs = parameters.elements.map { "\(escaped($0.key.string))=\(escaped($0.string ?? ""))" }
        return pairs.isEmpty ? "" : (url.utf8.contains(UInt8(ascii: "?")) ? "&" : "?") + pairs.joined(separator: "&")
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for byte in text.utf8 {
            if (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || "-._~".utf8.contains(byte) {
                escaped.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                escaped += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return escaped
    }
}
