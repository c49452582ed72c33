/// The OAuth 2 and OpenID Connect checks of an AuthConfig.
enum OAuthSchema {
    static let definitions = #"""
          oauth2:
            type: object
            additionalProperties: false
            properties:
              oidcAuthorizationCode: {$ref: '#/$defs/oidcAuthorizationCode'}
              oauth2: {$ref: '#/$defs/oauth2AuthorizationCode'}
              accessTokenValidation: {$ref: '#/$defs/accessTokenValidation'}
            oneOf:
            - required: [oidcAuthorizationCode]
            - required: [oauth2]
            - required: [accessTokenValidation]
          oidcAuthorizationCode:
            type: object
            description: Clients sign in with an OpenID Connect provider, which is found by discovery.
            additionalProperties: false
            properties:
              clientId: {type: string}
              clientSecretRef: {$ref: '#/$defs/ref'}
              disableClientSecret: {type: boolean}
              issuerUrl: {type: string}
              authEndpointQueryParams: {$ref: '#/$defs/labels'}
              tokenEndpointQueryParams: {$ref: '#/$defs/labels'}
              appUrl: {type: string}
              callbackPath: {type: string}
              logoutPath: {type: string}
              afterLogoutUrl: {type: string}
              scopes: {$ref: '#/$defs/strings'}
              session: {$ref: '#/$defs/userSession'}
              headers:
                type: object
                description: Request headers to which the tokens are written.
                additionalProperties: false
                properties:
                  idTokenHeader: {type: string, format: header-name}
                  accessTokenHeader: {type: string, format: header-name}
                  useBearerSchemaForAuthorization: {type: boolean}
              discoveryOverride:
                type: object
                description: Goes before what discovery finds.
                additionalProperties: false
                properties:
                  authEndpoint: {type: string}
                  tokenEndpoint: {type: string}
                  revocationEndpoint: {type: string}
                  endSessionEndpoint: {type: string}
                  jwksUri: {type: string}
                  scopes: {$ref: '#/$defs/strings'}
                  responseTypes: {$ref: '#/$defs/strings'}
                  subjects: {$ref: '#/$defs/strings'}
                  idTokenAlgs: {$ref: '#/$defs/strings'}
                  authMethods: {$ref: '#/$defs/strings'}
                  claims: {$ref: '#/$defs/strings'}
              discoveryPollInterval: {type: string, format: duration}
              jwksCacheRefreshPolicy:
                type: object
                description: When the provider is asked for its keys again, besides discovery.
                additionalProperties: false
                properties:
                  never: {$ref: '#/$defs/empty'}
                  always: {$ref: '#/$defs/empty'}
                  maxIdpReqPerPollingInterval: {type: integer, format: uint32}
                oneOf:
                - required: [never]
                - required: [always]
                - required: [maxIdpReqPerPollingInterval]
                - not: {}
              sessionIdHeaderName: {type: string, deprecated: true}
              parseCallbackPathAsRegex: {type: boolean}
              autoMapFromMetadata: {type: object, additionalProperties: false, properties: {namespace: {type: string}}}
              endSessionProperties:
                type: object
                additionalProperties: false
                properties: {methodType: {type: string, enum: [GetMethod, PostMethod]}}
              dynamicMetadataFromClaims: {$ref: '#/$defs/labels'}
              accessToken: {$ref: '#/$defs/claimsToHeaders'}
              identityToken: {$ref: '#/$defs/claimsToHeaders'}
          oauth2AuthorizationCode:
            type: object
            description: Clients sign in with an OAuth 2 server, whose addresses are written here.
            additionalProperties: false
            properties:
              clientId: {type: string}
              clientSecretRef: {$ref: '#/$defs/ref'}
              disableClientSecret: {type: boolean}
              authEndpoint: {type: string}
              tokenEndpoint: {type: string}
              revocationEndpoint: {type: string}
              authEndpointQueryParams: {$ref: '#/$defs/labels'}
              tokenEndpointQueryParams: {$ref: '#/$defs/labels'}
              appUrl: {type: string}
              callbackPath: {type: string}
              logoutPath: {type: string}
              afterLogoutUrl: {type: string}
              scopes: {$ref: '#/$defs/strings'}
              session: {$ref: '#/$defs/userSession'}
          claimsToHeaders:
            type: object
            additionalProperties: false
            properties:
              claimsToHeaders:
                type: array
                items:
                  type: object
                  additionalProperties: false
                  properties: {claim: {type: string}, header: {type: string, format: header-name}, append: {type: boolean}}
          accessTokenValidation:
            type: object
            description: Clients show a token that they have from elsewhere.
            additionalProperties: false
            properties:
              jwt:
                type: object
                additionalProperties: false
                properties:
                  remoteJwks:
                    type: object
                    additionalProperties: false
                    properties: {url: {type: string}, refreshInterval: {type: string, format: duration}}
                  localJwks: {type: object, additionalProperties: false, properties: {inlineString: {type: string}}}
                  issuer: {type: string}
                oneOf:
                - required: [remoteJwks]
                - required: [localJwks]
                - not: {}
              introspection:
                type: object
                additionalProperties: false
                properties:
                  introspectionUrl: {type: string}
                  clientId: {type: string}
                  clientSecretRef: {$ref: '#/$defs/ref'}
                  userIdAttributeName: {type: string}
                  disableClientSecret: {type: boolean}
              introspectionUrl: {type: string, deprecated: true}
              userinfoUrl: {type: string}
              cacheTimeout: {type: string, format: duration}
              requiredScopes: {type: object, additionalProperties: false, properties: {scope: {$ref: '#/$defs/strings'}}}
              dynamicMetadataFromClaims: {$ref: '#/$defs/labels'}
            oneOf:
            - required: [jwt]
            - required: [introspection]
            - required: [introspectionUrl]
            - not: {}
          userSession:
            type: object
            description: Where the tokens of a signed-in client are kept.
            additionalProperties: false
            properties:
              failOnFetchFailure: {type: boolean}
              cookieOptions:
                type: object
                additionalProperties: false
                properties:
                  maxAge: {type: integer, format: uint32, description: 'In seconds.'}
                  notSecure: {type: boolean}
                  httpOnly: {type: boolean}
                  path: {type: string}
                  sameSite: {type: string, enum: [DefaultMode, LaxMode, StrictMode, NoneMode]}
                  domain: {type: string}
              cookie:
                type: object
                description: With the client.
                additionalProperties: false
                properties: {allowRefreshing: {type: boolean}, keyPrefix: {type: string}, targetDomain: {type: string}}
              redis:
                type: object
                additionalProperties: false
                properties:
                  options:
                    type: object
                    additionalProperties: false
                    properties:
                      host: {type: string}
                      db: {type: integer, format: int32}
                      poolSize: {type: integer, format: int32}
                      tlsCertMountPath: {type: string}
                      socketType: {type: string, enum: [TCP, TLS]}
                  keyPrefix: {type: string}
                  cookieName: {type: string}
                  allowRefreshing: {type: boolean}
                  preExpiryBuffer: {type: string, format: duration}
                  targetDomain: {type: string}
                  headerName: {type: string, format: header-name}
            oneOf:
            - required: [cookie]
            - required: [redis]
            - not: {}
        """#
}
