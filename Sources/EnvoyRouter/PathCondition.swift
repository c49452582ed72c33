internal import EnvoyDescriptors

/// The path specifier of a RouteMatch.
enum PathCondition: Sendable {
    case prefix(String, caseSensitive: Bool)
    case exact(String, caseSensitive: Bool)
    case separatedPrefix(String, caseSensitive: Bool)
    case regex(RegularExpression)
    case connect
    case unknown(String)

    init(_ match: ProtoJSON) {
        let caseSensitive = match["case_sensitive"]?.bool ?? true
        if let text = match["prefix"]?.text {
            self = .prefix(text, caseSensitive: caseSensitive)
        } else if let text = match["path"]?.text {
            self = .exact(text, caseSensitive: caseSensitive)
        } else if let text = match["path_separated_prefix"]?.text {
            self = .separatedPrefix(text, caseSensitive: caseSensitive)
        } else if let regex = match["safe_regex"] {
            let pattern = regex["regex"]?.text ?? ""
            do throws(UnreadableExpression) {
                self = .regex(try RegularExpression(pattern))
            } catch {
                self = .unknown("the regular expression '\(pattern)' \(error.message)")
            }
        } else if match["connect_matcher"] != nil {
            self = .connect
        } else {
            self = .unknown("the path is matched by an extension (path_match_policy)")
        }
    }

    func verdict(_ request: EffectiveRequest) -> Verdict {
        if case .connect = self {
            return request.method == "CONNECT" ? .holds : .fails("the route is for CONNECT requests")
        }
        guard request.method != "CONNECT" else { return .fails("a CONNECT request has no path, and the route asks for one") }
        let path = String(request.matchedPath)
        func cased(_ text: String, _ caseSensitive: Bool) -> [UInt8] { Array((caseSensitive ? text : text.asciiLowercased).utf8) }
        switch self {
        case .prefix(let prefix, let caseSensitive):
            if cased(path, caseSensitive).starts(with: cased(prefix, caseSensitive)) { return .holds }
            return .fails("the path \(path) does not begin with \(prefix)")
        case .exact(let wanted, let caseSensitive):
            if cased(path, caseSensitive) == cased(wanted, caseSensitive) { return .holds }
            return .fails("the path \(path) is not \(wanted)")
        case .separatedPrefix(let prefix, let caseSensitive):
            let path = cased(path, caseSensitive)
            let prefix = cased(prefix, caseSensitive)
            if path.starts(with: prefix), path.count == prefix.count || path[prefix.count] == UInt8(ascii: "/") { return .holds }
            return .fails("the path \(request.matchedPath) is neither \(String(decoding: prefix, as: UTF8.self)) nor below it")
        case .regex(let regex):
            if regex.matches(path) { return .holds }
            return .fails("the path \(path) does not match \(regex.pattern) as a whole")
        case .unknown(let reason): return .depends(reason)
        case .connect: return .holds
        }
    }

    /// The beginning of the path that a prefix rewrite replaces.
    func matchedPart(of path: String) -> Substring {
        switch self {
        case .prefix(let text, _), .separatedPrefix(let text, _), .exact(let text, _):
            path.prefix(text.count)
        case .regex, .connect, .unknown: path.withoutQuery
        }
    }
}
