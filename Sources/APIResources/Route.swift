package import ConfigTree

/// One route of a virtual service or a route table.
package struct Route: Sendable {
    package let value: ConfigValue
    package init(_ value: ConfigValue) { self.value = value }

    package var name: String? { value["name"]?.text }
    package var options: ConfigValue? { value["options"] }
    package var inheritableMatchers: Bool? { value["inheritableMatchers"]?.bool }
    package var inheritablePathMatchers: Bool? { value["inheritablePathMatchers"]?.bool }
    package var matchers: ConfigChildren? { value["matchers"].flatMap { $0.count > 0 ? $0.elements : nil } }

    /// What the route does; nil when it says nothing.
    package var action: Action? {
        if let value = value["routeAction"] { return .route(value) }
        if let value = value["redirectAction"] { return .redirect(value) }
        if let value = value["directResponseAction"] { return .directResponse(value) }
        if let value = value["delegateAction"] { return .delegate(value) }
        if let value = value["graphqlApiRef"] { return .graphQL(value) }
        return nil
    }

    /// References to options that are written elsewhere, of a route or a virtual host; the first one wins.
    package static func optionReferences(_ value: ConfigValue) -> ConfigChildren {
        value["optionsConfigRefs"]?["delegateOptions"]?.elements ?? .none
    }

    package enum Action: Sendable {
        case route(ConfigValue)
        case redirect(ConfigValue)
        case directResponse(ConfigValue)
        case delegate(ConfigValue)
        case graphQL(ConfigValue)
    }
}

/// The path condition of a matcher.
package enum PathMatcher: Sendable {
    case prefix(ConfigValue)
    case exact(ConfigValue)
    case regex(ConfigValue)
    case connect

    /// Nil when the matcher has no path, which means the prefix "/".
    package init?(_ matcher: ConfigValue) {
        if let value = matcher["prefix"] {
            self = .prefix(value)
        } else if let value = matcher["exact"] {
            self = .exact(value)
        } else if let value = matcher["regex"] {
            self = .regex(value)
        } else if matcher["connectMatcher"] != nil {
            self = .connect
        } else {
            return nil
        }
    }
}

extension ResourceRef {
    /// A reference `{name, namespace}`; without a namespace it means the one in which it stands.
    package init?(_ value: ConfigValue?, namespace: String) {
        guard let value, let name = value["name"]?.text, !name.isEmpty else { return nil }
        let written = value["namespace"]?.text ?? ""
        self.init(namespace: written.isEmpty ? namespace : written, name: name)
    }
}
