/// The fields that `ExtAuthConfig` has of an AuthConfig as they stand there: names and numbers of `enterprise.gloo.solo.io`. What is
/// resolved on the way (Secrets, Artifacts) is written by `AuthCheckWriter`.
enum AuthForms {
    static let empty = ProtoForm()

    // MARK: Passwords

    private static let user = ProtoForm(.init(1, "salt"), .init(2, "hashedPassword"))
    private static let algorithm = ProtoForm(.init(1, "apr", .message(empty)), .init(2, "sha1", .message(empty)))

    /// The older form, whose hashes are those of Apache.
    static let basicAuth = ProtoForm(
        .init(1, "realm"), .init(2, "apr", .message(ProtoForm(.init(2, "users", .messageMap(user)))))
    )
    static let basicAuthInternal = ProtoForm(
        .init(1, "realm"), .init(2, "encryption", .message(algorithm)),
        .init(3, "userList", .message(ProtoForm(.init(1, "users", .messageMap(user)))))
    )

    // MARK: Keys

    private static let ref = ProtoForm(.init(1, "name"), .init(2, "namespace"))

    static let kubernetesKeys = ProtoForm(.init(1, "labelSelector", .textMap), .init(2, "apiKeySecretRefs", .message(ref)))

    static let aerospike = ProtoForm(
        .init(1, "hostname"), .init(2, "namespace"), .init(3, "set"), .init(4, "port", .int32), .init(5, "batchSize", .int32),
        .init(6, "commitAll", .uint32), .init(7, "commitMaster", .uint32),
        .init(
            8, "readModeSc",
            .message(
                ProtoForm(
                    .init(1, "readModeScSession", .uint32), .init(2, "readModeScLinearize", .uint32), .init(3, "readModeScReplica", .uint32),
                    .init(4, "readModeScAllowUnavailable", .uint32)
                )
            )
        ),
        .init(9, "readModeAp", .message(ProtoForm(.init(1, "readModeApOne", .uint32), .init(2, "readModeApAll", .uint32)))),
        .init(10, "nodeTlsName"), .init(11, "certPath"), .init(12, "keyPath"), .init(13, "allowInsecure", .bool), .init(14, "rootCaPath"),
        .init(15, "tlsVersion"),
        .init(
            16, "tlsCurveGroups",
            .message(
                ProtoForm(.init(1, "curveP256", .uint32), .init(2, "curveP384", .uint32), .init(3, "curveP521", .uint32), .init(4, "x25519", .uint32))
            )
        ),
        .init(17, "labelSelector", .textMap)
    )

    // MARK: Tokens

    /// The deprecated form; 2 is the client's secret.
    static let oauth = ProtoForm(
        .init(1, "clientId"), .init(3, "issuerUrl"), .init(4, "appUrl"), .init(5, "callbackPath"), .init(6, "scopes"),
        .init(7, "authEndpointQueryParams", .textMap)
    )

    private static let claims = ProtoForm(
        .init(1, "claimsToHeaders", .message(ProtoForm(.init(1, "claim"), .init(2, "header"), .init(3, "append", .bool))))
    )

    /// 2 is the client's secret. The session is written in its newer place only.
    static let oidcAuthorizationCode = ProtoForm(
        .init(1, "clientId"), .init(3, "issuerUrl"), .init(4, "authEndpointQueryParams", .textMap), .init(5, "appUrl"), .init(6, "callbackPath"),
        .init(7, "scopes"), .init(9, "logoutPath"),
        .init(
            10, "headers",
            .message(
                ProtoForm(.init(1, "idTokenHeader"), .init(2, "accessTokenHeader"), .init(3, "useBearerSchemaForAuthorization", .wrappedBool))
            )
        ),
        .init(
            11, "discoveryOverride",
            .message(
                ProtoForm(
                    .init(1, "authEndpoint"), .init(2, "tokenEndpoint"), .init(3, "jwksUri"), .init(4, "scopes"), .init(5, "responseTypes"),
                    .init(6, "subjects"), .init(7, "idTokenAlgs"), .init(8, "authMethods"), .init(9, "claims"), .init(10, "revocationEndpoint"),
                    .init(11, "endSessionEndpoint")
                )
            )
        ),
        .init(12, "discoveryPollInterval", .duration),
        .init(
            13, "jwksCacheRefreshPolicy",
            .message(
                ProtoForm(.init(1, "never", .message(empty)), .init(2, "always", .message(empty)), .init(3, "maxIdpReqPerPollingInterval", .uint32))
            )
        ),
        .init(14, "tokenEndpointQueryParams", .textMap), .init(15, "afterLogoutUrl"), .init(16, "sessionIdHeaderName"),
        .init(17, "parseCallbackPathAsRegex", .bool), .init(18, "autoMapFromMetadata", .message(ProtoForm(.init(1, "namespace")))),
        .init(19, "endSessionProperties", .message(ProtoForm(.init(1, "methodType", .names(["GetMethod", "PostMethod"]))))),
        .init(20, "session", .message(session)), .init(22, "accessToken", .message(claims)), .init(23, "identityToken", .message(claims))
    )

    /// 2 is the client's secret.
    static let plainOAuth2 = ProtoForm(
        .init(1, "clientId"), .init(3, "authEndpointQueryParams", .textMap), .init(4, "appUrl"), .init(5, "callbackPath"), .init(6, "scopes"),
        .init(8, "logoutPath"), .init(9, "tokenEndpointQueryParams", .textMap), .init(10, "afterLogoutUrl"), .init(11, "authEndpoint"),
        .init(12, "tokenEndpoint"), .init(13, "revocationEndpoint"), .init(14, "session", .message(session))
    )

    private static let session = ProtoForm(
        .init(1, "failOnFetchFailure", .bool),
        .init(
            2, "cookieOptions",
            .message(
                ProtoForm(
                    .init(1, "maxAge", .wrappedUint32), .init(2, "notSecure", .bool), .init(3, "path", .wrappedText), .init(4, "domain"),
                    .init(5, "httpOnly", .wrappedBool), .init(6, "sameSite", .names(["DefaultMode", "LaxMode", "StrictMode", "NoneMode"]))
                )
            )
        ),
        .init(3, "cookie", .message(ProtoForm(.init(1, "allowRefreshing", .wrappedBool), .init(2, "keyPrefix"), .init(3, "targetDomain")))),
        .init(
            4, "redis",
            .message(
                ProtoForm(
                    .init(
                        1, "options",
                        .message(
                            ProtoForm(
                                .init(1, "host"), .init(2, "db", .int32), .init(3, "poolSize", .int32), .init(4, "tlsCertMountPath"),
                                .init(5, "socketType", .names(["TCP", "TLS"]))
                            )
                        )
                    ),
                    .init(2, "keyPrefix"), .init(3, "cookieName"), .init(4, "allowRefreshing", .wrappedBool), .init(5, "preExpiryBuffer", .duration),
                    .init(6, "targetDomain"), .init(7, "headerName")
                )
            )
        )
    )

    /// 3, the introspection, has the client's secret in it.
    static let accessTokenValidation = ProtoForm(
        .init(1, "introspectionUrl"),
        .init(
            2, "jwt",
            .message(
                ProtoForm(
                    .init(1, "remoteJwks", .message(ProtoForm(.init(1, "url"), .init(2, "refreshInterval", .duration)))),
                    .init(2, "localJwks", .message(ProtoForm(.init(1, "inlineString")))), .init(3, "issuer")
                )
            )
        ),
        .init(4, "userinfoUrl"), .init(5, "cacheTimeout", .duration), .init(6, "requiredScopes", .message(ProtoForm(.init(1, "scope"))))
    )
    static let introspection = ProtoForm(.init(1, "introspectionUrl"), .init(2, "clientId"), .init(4, "userIdAttributeName"))

    // MARK: Other servers

    static let plugin = ProtoForm(
        .init(1, "name"), .init(2, "pluginFileName"), .init(3, "exportedSymbolName"), .init(4, "config", .structure)
    )

    /// 1 are the modules' texts.
    static let opa = ProtoForm(
        .init(2, "query"), .init(3, "options", .message(ProtoForm(.init(1, "fastInputConversion", .bool), .init(2, "returnDecisionReason", .bool))))
    )

    /// 8, of the form with a service account, has its password in it.
    static let ldap = ProtoForm(
        .init(1, "address"), .init(2, "userDnTemplate"), .init(3, "membershipAttributeName"), .init(4, "allowedGroups"),
        .init(5, "pool", .message(ProtoForm(.init(1, "maxSize", .wrappedUint32), .init(2, "initialSize", .wrappedUint32)))),
        .init(6, "searchFilter"), .init(7, "disableGroupChecking", .bool)
    )

    static let passThrough = ProtoForm(
        .init(
            1, "grpc",
            .message(ProtoForm(.init(1, "address"), .init(2, "connectionTimeout", .duration), .init(3, "tlsConfig", .message(empty))))
        ),
        .init(
            2, "http",
            .message(
                ProtoForm(
                    .init(1, "url"),
                    .init(
                        3, "request",
                        .message(
                            ProtoForm(
                                .init(1, "allowedHeaders"), .init(2, "headersToAdd", .textMap), .init(3, "passThroughState", .bool),
                                .init(4, "passThroughFilterMetadata", .bool), .init(5, "passThroughBody", .bool)
                            )
                        )
                    ),
                    .init(
                        4, "response",
                        .message(
                            ProtoForm(
                                .init(1, "allowedUpstreamHeaders"), .init(2, "allowedClientHeadersOnDenied"), .init(3, "readStateFromResponse", .bool),
                                .init(4, "allowedUpstreamHeadersToOverwrite")
                            )
                        )
                    ),
                    .init(8, "connectionTimeout", .duration)
                )
            )
        ),
        .init(4, "config", .structure), .init(5, "failureModeAllow", .bool)
    )
}
