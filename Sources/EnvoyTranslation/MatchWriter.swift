internal import APIResources
internal import ConfigTree
internal import EnvoyWire
internal import GatewayTranslation

/// Writes the match of a route.
enum MatchWriter {
    /// - Returns: what is wrong with the matcher, and where; nothing usable was then written.
    static func write(_ matcher: ConfigValue?, _ inherited: ResolvedRoute.Inherited?, to match: EnvoyWire.Route.RouteMatch) -> (ConfigValue, String)? {
        // Where a path is inherited, how it compares is inherited with it.
        let pathMatcher = inherited.map { $0.pathOwner(matcher) } ?? matcher
        switch pathMatcher.flatMap({ PathMatcher($0) }) {
        case .prefix(let value):
            if let problem = PathCheck.problem(value) { return (value, problem) }
            match.prefix(value.wire)
        case .exact(let value):
            if let problem = PathCheck.problem(value) { return (value, problem) }
            match.path(value.wire)
        case .regex(let value):
            match.safeRegex { $0.regex(value.wire) }
        case .connect:
            match.connectMatcher { _ in }
        case nil:
            match.prefix("/" as StaticString)
        }
        if let caseSensitive = pathMatcher?["caseSensitive"]?.bool { match.caseSensitive(caseSensitive) }
        if let matcher, let problem = writeConditions(matcher, to: match) { return problem }
        guard let inherited, !inherited.conditions.isEmpty else { return matcher.flatMap { write(methods: [$0], to: match) } }
        for conditions in inherited.conditions {
            if let problem = writeConditions(conditions, to: match) { return problem }
        }
        return write(methods: (matcher.map { [$0] } ?? []) + inherited.conditions, to: match)
    }

    private static func writeConditions(_ matcher: ConfigValue, to match: EnvoyWire.Route.RouteMatch) -> (ConfigValue, String)? {
        if let headers = matcher["headers"] {
            for header in headers.elements {
                if let problem = problemOfRegex(header) { return problem }
                write(header: header, to: match)
            }
        }
        if let parameters = matcher["queryParameters"] {
            for parameter in parameters.elements {
                if let problem = problemOfRegex(parameter) { return problem }
                write(parameter: parameter, to: match)
            }
        }
        return nil
    }

    /// Whether the value is an expression stands beside it, so no schema can check it.
    private static func problemOfRegex(_ condition: ConfigValue) -> (ConfigValue, String)? {
        guard condition["regex"]?.bool == true, let value = condition["value"], let problem = RE2Syntax.problem(value.text ?? "") else { return nil }
        return (value, "the regular expression '\(value.text ?? "")' \(problem)")
    }

    private static func write(header: ConfigValue, to match: EnvoyWire.Route.RouteMatch) {
        match.headers { out in
            if let name = header["name"] { out.name(name.wire) }
            if let value = header["value"], value.text?.isEmpty == false {
                out.stringMatch { text in
                    if header["regex"]?.bool == true {
                        text.safeRegex { $0.regex(value.wire) }
                    } else {
                        text.exact(value.wire)
                    }
                }
            } else {
                // No value asks whether the header is there at all.
                out.presentMatch(true)
            }
            if header["invertMatch"]?.bool == true { out.invertMatch(true) }
        }
    }

    private static func write(parameter: ConfigValue, to match: EnvoyWire.Route.RouteMatch) {
        match.queryParameters { out in
            if let name = parameter["name"] { out.name(name.wire) }
            if let value = parameter["value"], value.text?.isEmpty == false {
                out.stringMatch { text in
                    if parameter["regex"]?.bool == true {
                        text.safeRegex { $0.regex(value.wire) }
                    } else {
                        text.exact(value.wire)
                    }
                }
            } else {
                out.presentMatch(true)
            }
        }
    }

    /// Envoy has no list of methods: several become one expression on the pseudo-header. Methods of the routes above are as good
    /// as the route's own.
    private static func write(methods levels: [ConfigValue], to match: EnvoyWire.Route.RouteMatch) -> (ConfigValue, String)? {
        var names: [ConfigValue] = []
        for level in levels { for method in level["methods"]?.elements ?? .none { names.append(method) } }
        guard let first = names.first else { return nil }
        if let bad = names.first(where: { !($0.text ?? "").utf8.allSatisfy(isMethodByte) }) {
            return (bad, "'\(bad.text ?? "")' is not an HTTP method")
        }
        match.headers { out in
            out.name(":method" as StaticString)
            out.stringMatch { text in
                if names.count == 1 {
                    text.exact(first.wire)
                } else {
                    var seen: Set<String> = []
                    text.safeRegex { $0.regex(names.compactMap(\.text).filter { seen.insert($0).inserted }.joined(separator: "|")) }
                }
            }
        }
        return nil
    }

    private static func isMethodByte(_ byte: UInt8) -> Bool {
        (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }
}
