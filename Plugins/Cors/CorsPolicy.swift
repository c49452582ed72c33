internal import SluicePlugin

/// A policy without origins allows nobody, which nobody means.
func isUsable(_ cors: Option) -> Bool {
    if cors["disableForRoute"].bool == true || cors["allowOrigin"].count > 0 || cors["allowOriginRegex"].count > 0 { return true }
    cors.error("a CORS policy needs at least one 'allowOrigin' or 'allowOriginRegex'")
    return false
}

func write(_ cors: Option, to policy: FiltersHttpCors.CorsPolicy) {
    for origin in cors["allowOrigin"].elements {
        if let text = origin.text { policy.allowOriginStringMatch { $0.exact(text) } }
    }
    for origin in cors["allowOriginRegex"].elements {
        if let text = origin.text { policy.allowOriginStringMatch { $0.safeRegex { $0.regex(text) } } }
    }
    if let list = joined(cors["allowMethods"]) { policy.allowMethods(list) }
    if let list = joined(cors["allowHeaders"]) { policy.allowHeaders(list) }
    if let list = joined(cors["exposeHeaders"]) { policy.exposeHeaders(list) }
    if let age = cors["maxAge"].text { policy.maxAge(age) }
    if let allow = cors["allowCredentials"].bool { policy.allowCredentials(allow) }
    if cors["disableForRoute"].bool == true {
        policy.filterEnabled { $0.defaultValue { $0.numerator(0).denominator(.hundred) } }
    }
}

/// Envoy takes header and method lists as one comma-separated string.
private func joined(_ list: Option) -> [UInt8]? {
    guard list.count > 0 else { return nil }
    var bytes: [UInt8] = []
    for element in list.elements {
        guard let text = element.text else { continue }
        if !bytes.isEmpty { bytes.append(UInt8(ascii: ",")) }
        bytes += text.array
    }
    return bytes
}
