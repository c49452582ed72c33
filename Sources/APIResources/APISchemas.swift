package import ConfigTree

/// The schema of each kind: the core's, with the options of the loaded plugins where options stand.
package struct APISchemas: Sendable {
    private let kinds: [Kind: Schema]
    /// One route, which is checked by itself so that a bad one costs no other.
    package let route: Schema
    /// The same for a route of a Proxy, which delegates no more.
    package let proxyRoute: Schema
    /// The matchers of a route.
    package let matchers: Schema
    /// A `--plugins` file.
    package let plugins: Schema

    /// One option that a plugin brings.
    package struct Option {
        package let name: String
        /// The place where it stands, a value of `x-sluice-hole`.
        package let hole: String
        package let schema: ConfigValue
        package let owner: String
        /// Of an option that is off: why, in words that end a sentence, and what to do.
        package let reason: String

        package init(name: String, hole: String, schema: ConfigValue, owner: String, reason: String = "") {
            self.name = name
            self.hole = hole
            self.schema = schema
            self.owner = owner
            self.reason = reason
        }
    }

    /// - Parameter off: options of plugins that are there and not to be used; who writes one is told why, and what to do.
    /// - Throws: when two plugins bring the same option for the same place, or a schema is not one.
    package init(options: [Option], off: [Option] = []) throws(ConfigError) {
        let core = try YAML.parseOne(CoreSchema.text, file: "the core schema").root
        var builder = SchemaBuilder(core)
        for option in options { try builder.add(option.name, schema: option.schema, to: option.hole, owner: option.owner) }
        Self.refuseOthers(&builder)
        for option in off {
            builder.refuse(option.name, in: option.hole, "'\(option.name)' is an option of the plugin '\(option.owner)', which \(option.reason)")
        }
        let schema = try builder.build()
        func definition(_ name: String) throws(ConfigError) -> Schema {
            guard let found = schema.definition(name) else {
                throw ConfigError(ConfigProblem(at: core, "the core schema has no definition '\(name)'"))
            }
            return found
        }
        route = try definition("Route")
        proxyRoute = try definition("ProxyRoute")
        matchers = try definition("matchers")
        plugins = try definition("plugins")
        var kinds: [Kind: Schema] = [:]
        for kind in Kind.allCases { kinds[kind] = try definition(kind.rawValue) }
        self.kinds = kinds
    }

    package subscript(kind: Kind) -> Schema {
        guard let schema = kinds[kind] else { preconditionFailure("each kind has a schema since init") }
        return schema
    }

    /// Options of Gloo that nobody brings are told by their names; where core or a plugin brings one, that counts.
    private static func refuseOthers(_ builder: inout SchemaBuilder) {
        for (hole, options) in GlooOptions.places {
            for (name, standing) in options { builder.refuse(name, in: hole, GlooOptions.refusal(name, standing)) }
        }
    }
}
