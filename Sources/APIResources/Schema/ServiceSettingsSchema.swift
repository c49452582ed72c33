/// The members of Settings that are about services beside the control plane: Consul, and the servers for auth, rate limits and caching.
enum ServiceSettingsSchema {
    static let definitions = #"""
          consulSettings:
            type: object
            additionalProperties: false
            properties:
              address: {type: string, deprecated: true}
              httpAddress: {type: string}
              dnsAddress: {type: string, description: 'For services at names; 127.0.0.1:8600 when not set.'}
              dnsPollingInterval: {type: string, format: duration}
              datacenter: {type: string}
              username: {type: string}
              password: {type: string}
              token: {type: string}
              caFile: {type: string}
              caPath: {type: string}
              certFile: {type: string}
              keyFile: {type: string}
              insecureSkipVerify: {type: boolean}
              waitTime: {type: string, format: duration}
              serviceDiscovery: {type: object, additionalProperties: false, properties: {dataCenters: {$ref: '#/$defs/strings'}}}
          consulDiscoverySettings:
            type: object
            additionalProperties: false
            properties:
              useTlsTagging: {type: boolean, description: 'Use TLS with services that carry the tag tlsTagName.'}
              tlsTagName: {type: string, description: 'glooUseTls when not set.'}
              rootCa: {$ref: '#/$defs/ref'}
              splitTlsServices: {type: boolean}
              consistencyMode: {type: string, enum: [DefaultMode, StaleMode, ConsistentMode]}
              queryOptions: {type: object, additionalProperties: false, properties: {useCache: {type: boolean}}}
              serviceTagsAllowlist: {$ref: '#/$defs/strings'}
              edsBlockingQueries: {type: boolean}
          extauthSettings:
            type: object
            description: The server that decides about requests.
            additionalProperties: false
            properties:
              extauthzServerRef: {$ref: '#/$defs/settingsRef'}
              httpService:
                type: object
                additionalProperties: false
                properties:
                  pathPrefix: {type: string}
                  request:
                    type: object
                    additionalProperties: false
                    properties:
                      allowedHeaders: {$ref: '#/$defs/headerNames'}
                      headersToAdd: {$ref: '#/$defs/labels'}
                      allowedHeadersRegex: {type: array, items: {type: string, format: regex}}
                  response:
                    type: object
                    additionalProperties: false
                    properties:
                      allowedUpstreamHeaders: {$ref: '#/$defs/headerNames'}
                      allowedClientHeaders: {$ref: '#/$defs/headerNames'}
                      allowedUpstreamHeadersToAppend: {$ref: '#/$defs/headerNames'}
              grpcService: {type: object, additionalProperties: false, properties: {authority: {type: string}}}
              userIdHeader: {type: string, format: header-name}
              requestTimeout: {type: string, format: duration, description: '200 ms when not set.'}
              failureModeAllow: {type: boolean, description: 'True lets requests pass when the server cannot be reached.'}
              requestBody:
                type: object
                additionalProperties: false
                properties:
                  maxRequestBytes: {type: integer, format: uint32, description: '4096 when not set.'}
                  allowPartialMessage: {type: boolean}
                  packAsBytes: {type: boolean}
              clearRouteCache: {type: boolean}
              statusOnError: {type: integer, minimum: 100, maximum: 511}
              transportApiVersion: {type: string, enum: [V3]}
              statPrefix: {type: string}
            oneOf:
            - required: [httpService]
            - required: [grpcService]
            - not: {}
          ratelimitServerSettings:
            type: object
            additionalProperties: false
            properties:
              ratelimitServerRef: {$ref: '#/$defs/settingsRef'}
              requestTimeout: {type: string, format: duration, description: '100 ms when not set.'}
              denyOnFail: {type: boolean, description: 'True refuses requests when the server cannot be reached.'}
              enableXRatelimitHeaders: {type: boolean}
              rateLimitBeforeAuth: {type: boolean}
              grpcService: {type: object, additionalProperties: false, properties: {authority: {type: string}}}
          cachingSettings:
            type: object
            additionalProperties: false
            properties:
              cachingServiceRef: {$ref: '#/$defs/ref'}
              allowedVaryHeaders:
                type: array
                items:
                  type: object
                  additionalProperties: false
                  properties:
                    exact: {type: string}
                    prefix: {type: string}
                    suffix: {type: string}
                    safeRegex:
                      type: object
                      additionalProperties: false
                      properties: {googleRe2: {$ref: '#/$defs/struct'}, regex: {type: string, format: regex}}
                    ignoreCase: {type: boolean}
                  oneOf:
                  - required: [exact]
                  - required: [prefix]
                  - required: [suffix]
                  - required: [safeRegex]
              timeout: {type: string, format: duration}
              maxPayloadSize: {type: integer, format: uint32}
          sslParameters:
            type: object
            additionalProperties: false
            properties:
              minimumProtocolVersion: {type: string, enum: [TLS_AUTO, TLSv1_0, TLSv1_1, TLSv1_2, TLSv1_3]}
              maximumProtocolVersion: {type: string, enum: [TLS_AUTO, TLSv1_0, TLSv1_1, TLSv1_2, TLSv1_3]}
              cipherSuites: {$ref: '#/$defs/strings'}
              ecdhCurves: {$ref: '#/$defs/strings'}
        """#
}
