/// AuthConfig.
enum AuthConfigSchema {
    static let definitions = #"""
          AuthConfig:
            type: object
            description: Checks that the external auth server makes of a request.
            additionalProperties: false
            properties:
              configs: {type: array, items: {$ref: '#/$defs/authCheck'}}
              booleanExpr: {type: string, description: 'Names of configs with &&, ||, ! and parentheses; without it all must allow.'}
              failOnRedirect: {type: boolean, description: 'True answers 401 where a check would redirect the client.'}
          authCheck:
            type: object
            additionalProperties: false
            properties:
              name: {type: string, description: 'For booleanExpr and logs.'}
              basicAuth:
                type: object
                additionalProperties: false
                properties:
                  realm: {type: string}
                  apr: {$ref: '#/$defs/passwords', description: 'Hashed as htpasswd does without further options.'}
                  encryption:
                    type: object
                    description: How the passwords of userList are hashed.
                    additionalProperties: false
                    properties: {apr: {$ref: '#/$defs/empty'}, sha1: {$ref: '#/$defs/empty'}}
                    oneOf:
                    - required: [apr]
                    - required: [sha1]
                    - not: {}
                  userList: {$ref: '#/$defs/passwords'}
              oauth:
                type: object
                deprecated: true
                additionalProperties: false
                properties:
                  clientId: {type: string}
                  clientSecretRef: {$ref: '#/$defs/ref'}
                  issuerUrl: {type: string}
                  authEndpointQueryParams: {$ref: '#/$defs/labels'}
                  appUrl: {type: string}
                  callbackPath: {type: string}
                  scopes: {$ref: '#/$defs/strings'}
              oauth2: {$ref: '#/$defs/oauth2'}
              apiKeyAuth: {$ref: '#/$defs/apiKeyAuth'}
              pluginAuth:
                type: object
                description: A plugin of the auth server.
                additionalProperties: false
                properties:
                  name: {type: string}
                  pluginFileName: {type: string, description: 'The name with .so when not set.'}
                  exportedSymbolName: {type: string, description: 'The name when not set.'}
                  config: {$ref: '#/$defs/struct'}
              opaAuth:
                type: object
                description: Open Policy Agent.
                additionalProperties: false
                properties:
                  modules: {$ref: '#/$defs/refs'}
                  query: {type: string}
                  options:
                    type: object
                    additionalProperties: false
                    properties: {fastInputConversion: {type: boolean}, returnDecisionReason: {type: boolean}}
              ldap:
                type: object
                additionalProperties: false
                properties:
                  address: {type: string}
                  userDnTemplate: {type: string, description: 'With %s where the user name stands.'}
                  membershipAttributeName: {type: string, description: 'memberOf when not set.'}
                  allowedGroups: {$ref: '#/$defs/strings'}
                  pool:
                    type: object
                    additionalProperties: false
                    properties: {maxSize: {type: integer, format: uint32}, initialSize: {type: integer, format: uint32}}
                  searchFilter: {type: string}
                  disableGroupChecking: {type: boolean}
                  groupLookupSettings:
                    type: object
                    additionalProperties: false
                    properties: {checkGroupsWithServiceAccount: {type: boolean}, credentialsSecretRef: {$ref: '#/$defs/ref'}}
              jwt: {$ref: '#/$defs/empty'}
              passThroughAuth: {$ref: '#/$defs/passThroughAuth'}
              hmacAuth:
                type: object
                additionalProperties: false
                properties:
                  secretRefs: {type: object, additionalProperties: false, properties: {secretRefs: {$ref: '#/$defs/refs'}}}
                  parametersInHeaders: {$ref: '#/$defs/empty'}
            oneOf:
            - required: [basicAuth]
            - required: [oauth]
            - required: [oauth2]
            - required: [apiKeyAuth]
            - required: [pluginAuth]
            - required: [opaAuth]
            - required: [ldap]
            - required: [jwt]
            - required: [passThroughAuth]
            - required: [hmacAuth]
          passwords:
            type: object
            description: Users by name.
            additionalProperties: false
            properties:
              users:
                type: object
                additionalProperties:
                  type: object
                  additionalProperties: false
                  properties: {salt: {type: string}, hashedPassword: {type: string}}
          apiKeyAuth:
            type: object
            description: Keys that clients show in a header.
            additionalProperties: false
            properties:
              headerName: {type: string, format: header-name, description: 'api-key when not set.'}
              headersFromMetadata: {$ref: '#/$defs/apiKeyHeaders'}
              headersFromMetadataEntry: {$ref: '#/$defs/apiKeyHeaders'}
              labelSelector: {type: object, additionalProperties: {type: string}, deprecated: true}
              apiKeySecretRefs: {type: array, items: {$ref: '#/$defs/ref'}, deprecated: true}
              k8sSecretApikeyStorage:
                type: object
                description: Keys in Secrets, by labels or by name.
                additionalProperties: false
                properties: {labelSelector: {$ref: '#/$defs/labels'}, apiKeySecretRefs: {$ref: '#/$defs/refs'}}
              aerospikeApikeyStorage: {$ref: '#/$defs/aerospikeStorage'}
            oneOf:
            - required: [k8sSecretApikeyStorage]
            - required: [aerospikeApikeyStorage]
            - not: {}
          apiKeyHeaders:
            type: object
            description: Request headers, and what of a key's metadata they are set to.
            additionalProperties:
              type: object
              additionalProperties: false
              properties: {name: {type: string}, required: {type: boolean, description: 'True refuses keys without this metadata.'}}
          aerospikeStorage:
            type: object
            description: Keys in an Aerospike database.
            additionalProperties: false
            properties:
              hostname: {type: string}
              namespace: {type: string}
              set: {type: string}
              port: {type: integer, minimum: 0, maximum: 65535}
              batchSize: {type: integer, format: uint32}
              commitAll: {type: integer, format: uint32}
              commitMaster: {type: integer, format: uint32}
              readModeSc:
                type: object
                additionalProperties: false
                properties:
                  readModeScSession: {type: integer, format: uint32}
                  readModeScLinearize: {type: integer, format: uint32}
                  readModeScReplica: {type: integer, format: uint32}
                  readModeScAllowUnavailable: {type: integer, format: uint32}
                oneOf:
                - required: [readModeScSession]
                - required: [readModeScLinearize]
                - required: [readModeScReplica]
                - required: [readModeScAllowUnavailable]
                - not: {}
              readModeAp:
                type: object
                additionalProperties: false
                properties: {readModeApOne: {type: integer, format: uint32}, readModeApAll: {type: integer, format: uint32}}
                oneOf:
                - required: [readModeApOne]
                - required: [readModeApAll]
                - not: {}
              nodeTlsName: {type: string}
              certPath: {type: string}
              keyPath: {type: string}
              allowInsecure: {type: boolean}
              rootCaPath: {type: string}
              tlsVersion: {type: string}
              tlsCurveGroups:
                type: array
                items:
                  type: object
                  additionalProperties: false
                  properties:
                    curveP256: {type: integer, format: uint32}
                    curveP384: {type: integer, format: uint32}
                    curveP521: {type: integer, format: uint32}
                    x25519: {type: integer, format: uint32}
                  oneOf:
                  - required: [curveP256]
                  - required: [curveP384]
                  - required: [curveP521]
                  - required: [x25519]
              labelSelector: {$ref: '#/$defs/labels'}
            oneOf:
            - required: [commitAll]
            - required: [commitMaster]
            - not: {}
          passThroughAuth:
            type: object
            description: Another auth server decides.
            additionalProperties: false
            properties:
              grpc:
                type: object
                additionalProperties: false
                properties:
                  address: {type: string}
                  connectionTimeout: {type: string, format: duration}
                  tlsConfig: {$ref: '#/$defs/empty'}
              http:
                type: object
                additionalProperties: false
                properties:
                  url: {type: string}
                  request:
                    type: object
                    additionalProperties: false
                    properties:
                      allowedHeaders: {$ref: '#/$defs/headerNames'}
                      headersToAdd: {$ref: '#/$defs/labels'}
                      passThroughState: {type: boolean}
                      passThroughFilterMetadata: {type: boolean}
                      passThroughBody: {type: boolean}
                  response:
                    type: object
                    additionalProperties: false
                    properties:
                      allowedUpstreamHeaders: {$ref: '#/$defs/headerNames'}
                      allowedUpstreamHeadersToOverwrite: {$ref: '#/$defs/headerNames'}
                      allowedClientHeadersOnDenied: {$ref: '#/$defs/headerNames'}
                      readStateFromResponse: {type: boolean}
                  connectionTimeout: {type: string, format: duration}
              config: {$ref: '#/$defs/struct'}
              failureModeAllow: {type: boolean, description: 'True lets requests pass when that server cannot be reached.'}
            oneOf:
            - required: [grpc]
            - required: [http]
        """#
}
