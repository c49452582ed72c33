/// What the objects of each kind look like, as JSON Schema written in YAML; one file a group of kinds. The places where options stand
/// are holes that the loaded plugins fill (`x-sluice-hole`); a value that is itself such an option says which one (`x-sluice-option`).
enum CoreSchema {
    static let text = "$defs:\n" + definitions.joined(separator: "\n") + "\n"

    /// Members of `$defs`, indented by two. They refer to each other across files.
    private static let definitions = [
        SharedSchema.definitions,
        GatewaySchema.definitions,
        RouteSchema.definitions,
        DestinationSchema.definitions,
        ProxySchema.definitions,
        UpstreamSchema.definitions,
        AuthConfigSchema.definitions,
        OAuthSchema.definitions,
        RateLimitConfigSchema.definitions,
        GraphQLApiSchema.definitions,
        SecretSchema.definitions,
        SettingsSchema.definitions,
        PluginsSchema.definitions,
        ServiceSettingsSchema.definitions,
    ]
}
