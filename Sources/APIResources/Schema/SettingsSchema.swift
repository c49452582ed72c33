/// Settings: where configuration comes from, and how the control plane behaves.
enum SettingsSchema {
    static let definitions = #"""
          Settings:
            type: object
            description: How the control plane behaves; the object named default counts.
            additionalProperties: false
            properties:
              discoveryNamespace: {type: string, description: 'Where Sluice reads gateways and writes; gloo-system when not set.'}
              watchNamespaces: {type: array, items: {type: string}, description: 'Namespaces to read; none is all.'}
              refreshRate: {type: string, format: duration}
              devMode: {type: boolean, deprecated: true}
              linkerd: {type: boolean}
              knative:
                type: object
                deprecated: true
                additionalProperties: false
                properties:
                  clusterIngressProxyAddress: {type: string}
                  knativeExternalProxyAddress: {type: string}
                  knativeInternalProxyAddress: {type: string}
              kubernetesConfigSource: {$ref: '#/$defs/empty'}
              directoryConfigSource: {$ref: '#/$defs/directorySource'}
              consulKvSource: {$ref: '#/$defs/consulKvSource'}
              kubernetesSecretSource: {$ref: '#/$defs/empty'}
              vaultSecretSource: {$ref: '#/$defs/vaultSecretSource'}
              directorySecretSource: {$ref: '#/$defs/directorySource'}
              kubernetesArtifactSource: {$ref: '#/$defs/empty'}
              directoryArtifactSource: {$ref: '#/$defs/directorySource'}
              consulKvArtifactSource: {$ref: '#/$defs/consulKvSource'}
              discovery: {$ref: '#/$defs/discoverySettings'}
              gloo: {$ref: '#/$defs/glooSettings'}
              gateway: {$ref: '#/$defs/gatewaySettings'}
              consul: {$ref: '#/$defs/consulSettings'}
              consulDiscovery: {$ref: '#/$defs/consulDiscoverySettings'}
              kubernetes:
                type: object
                additionalProperties: false
                properties:
                  rateLimits:
                    type: object
                    description: Of requests to the Kubernetes API.
                    additionalProperties: false
                    properties: {QPS: {type: number, minimum: 0}, burst: {type: integer, format: uint32}}
                  clusterDomain:
                    type: string
                    format: domain
                    description: "What the DNS names of Services end with; cluster.local when not set. Gloo does not have it here: it asks Kubernetes for addresses."
              plugins: {$ref: '#/$defs/plugins'}
              extauth: {$ref: '#/$defs/extauthSettings'}
              namedExtauth:
                type: object
                additionalProperties: {$ref: '#/$defs/extauthSettings'}
                description: 'More auth servers, by name.'
              ratelimit:
                type: object
                description: What the rate limit server counts, besides RateLimitConfigs.
                additionalProperties: false
                properties:
                  descriptors: {$ref: '#/$defs/rateLimitDescriptors'}
                  setDescriptors: {$ref: '#/$defs/rateLimitSetDescriptors'}
              ratelimitServer: {$ref: '#/$defs/ratelimitServerSettings'}
              cachingServer: {$ref: '#/$defs/cachingSettings'}
              rbac: {type: object, additionalProperties: false, properties: {requireRbac: {type: boolean}}}
              extensions: {$ref: '#/$defs/extensions'}
              observabilityOptions:
                type: object
                additionalProperties: false
                properties:
                  grafanaIntegration:
                    type: object
                    additionalProperties: false
                    properties: {defaultDashboardFolderId: {type: integer, format: uint32}}
                  configStatusMetricLabels:
                    type: object
                    description: 'Metrics of statuses, by the kind they count: VirtualService.v1.gateway.solo.io.'
                    additionalProperties:
                      type: object
                      additionalProperties: false
                      properties: {labelToPath: {$ref: '#/$defs/labels'}}
              upstreamOptions:
                type: object
                description: For upstreams that do not say it themselves.
                additionalProperties: false
                properties: {sslParameters: {$ref: '#/$defs/sslParameters'}, globalAnnotations: {$ref: '#/$defs/labels'}}
              consoleOptions:
                type: object
                additionalProperties: false
                properties: {readOnly: {type: boolean}, apiExplorerEnabled: {type: boolean}}
              graphqlOptions:
                type: object
                additionalProperties: false
                properties:
                  schemaChangeValidationOptions:
                    type: object
                    additionalProperties: false
                    properties:
                      rejectBreakingChanges: {type: boolean}
                      processingRules:
                        type: array
                        items:
                          type: string
                          enum:
                          - RULE_UNSPECIFIED
                          - RULE_DANGEROUS_TO_BREAKING
                          - RULE_DEPRECATED_FIELD_REMOVAL_DANGEROUS
                          - RULE_IGNORE_DESCRIPTION_CHANGES
                          - RULE_IGNORE_UNREACHABLE
            allOf:
            - oneOf:
              - required: [kubernetesConfigSource]
              - required: [directoryConfigSource]
              - required: [consulKvSource]
              - not: {}
            - oneOf:
              - required: [kubernetesSecretSource]
              - required: [vaultSecretSource]
              - required: [directorySecretSource]
              - not: {}
            - oneOf:
              - required: [kubernetesArtifactSource]
              - required: [directoryArtifactSource]
              - required: [consulKvArtifactSource]
              - not: {}
          directorySource: {type: object, additionalProperties: false, properties: {directory: {type: string}}}
          consulKvSource:
            type: object
            additionalProperties: false
            properties: {rootKey: {type: string, description: 'What all keys begin with; gloo when not set.'}}
          vaultSecretSource:
            type: object
            additionalProperties: false
            properties:
              address: {type: string}
              rootKey: {type: string, description: 'What all keys begin with; gloo when not set.'}
              pathPrefix: {type: string, description: 'The secrets engine; secret when not set.'}
              tlsConfig:
                type: object
                additionalProperties: false
                properties:
                  caCert: {type: string}
                  caPath: {type: string}
                  clientCert: {type: string}
                  clientKey: {type: string}
                  tlsServerName: {type: string}
                  insecure: {type: boolean}
              accessToken: {type: string}
              aws:
                type: object
                additionalProperties: false
                properties:
                  vaultRole: {type: string}
                  region: {type: string}
                  iamServerIdHeader: {type: string}
                  mountPath: {type: string}
                  accessKeyId: {type: string}
                  secretAccessKey: {type: string}
                  sessionToken: {type: string}
              token: {type: string, deprecated: true}
              caCert: {type: string, deprecated: true}
              caPath: {type: string, deprecated: true}
              clientCert: {type: string, deprecated: true}
              clientKey: {type: string, deprecated: true}
              tlsServerName: {type: string, deprecated: true}
              insecure: {type: boolean, deprecated: true}
            oneOf:
            - required: [accessToken]
            - required: [aws]
            - not: {}
          discoverySettings:
            type: object
            additionalProperties: false
            properties:
              fdsMode: {type: string, enum: [BLACKLIST, WHITELIST, DISABLED], description: 'Which services are looked at for functions.'}
              udsOptions:
                type: object
                description: Upstreams made of services.
                additionalProperties: false
                properties: {enabled: {type: boolean}, watchLabels: {$ref: '#/$defs/labels'}}
              fdsOptions: {type: object, additionalProperties: false, properties: {graphqlEnabled: {type: boolean}}}
          glooSettings:
            type: object
            additionalProperties: false
            properties:
              xdsBindAddr: {type: string}
              validationBindAddr: {type: string}
              restXdsBindAddr: {type: string}
              proxyDebugBindAddr: {type: string}
              circuitBreakers:
                type: object
                description: For upstreams without their own.
                additionalProperties: false
                properties:
                  maxConnections: {type: integer, format: uint32}
                  maxPendingRequests: {type: integer, format: uint32}
                  maxRequests: {type: integer, format: uint32}
                  maxRetries: {type: integer, format: uint32}
              endpointsWarmingTimeout: {type: string, format: duration}
              awsOptions:
                type: object
                additionalProperties: false
                properties:
                  enableCredentialsDiscovey: {type: boolean, description: 'The API has always spelled it so.'}
                  serviceAccountCredentials:
                    type: object
                    additionalProperties: false
                    properties: {cluster: {type: string}, uri: {type: string}, timeout: {type: string, format: duration}}
                  propagateOriginalRouting: {type: boolean}
                  credentialRefreshDelay: {type: string, format: duration}
                  fallbackToFirstFunction: {type: boolean}
                oneOf:
                - required: [enableCredentialsDiscovey]
                - required: [serviceAccountCredentials]
                - not: {}
              invalidConfigPolicy:
                type: object
                additionalProperties: false
                properties:
                  replaceInvalidRoutes: {type: boolean}
                  invalidRouteResponseCode: {type: integer, minimum: 200, maximum: 599}
                  invalidRouteResponseBody: {type: string}
              disableKubernetesDestinations: {type: boolean}
              disableGrpcWeb: {type: boolean}
              disableProxyGarbageCollection: {type: boolean}
              regexMaxProgramSize: {type: integer, format: uint32}
              enableRestEds: {type: boolean}
              failoverUpstreamDnsPollingInterval: {type: string, format: duration}
              removeUnusedFilters: {type: boolean}
          gatewaySettings:
            type: object
            additionalProperties: false
            properties:
              validationServerAddr: {type: string}
              readGatewaysFromAllNamespaces: {type: boolean}
              alwaysSortRouteTableRoutes: {type: boolean, deprecated: true}
              compressedProxySpec: {type: boolean}
              virtualServiceOptions:
                type: object
                description: For virtual services that do not say it themselves.
                additionalProperties: false
                properties: {oneWayTls: {type: boolean}}
              persistProxySpec: {type: boolean}
              enableGatewayController: {type: boolean}
              isolateVirtualHostsBySslConfig: {type: boolean}
              validation:
                type: object
                additionalProperties: false
                properties:
                  proxyValidationServerAddr: {type: string}
                  validationWebhookTlsCert: {type: string}
                  validationWebhookTlsKey: {type: string}
                  alwaysAccept: {type: boolean}
                  allowWarnings: {type: boolean}
                  serverEnabled: {type: boolean}
                  ignoreGlooValidationFailure: {type: boolean, deprecated: true}
                  warnRouteShortCircuiting: {type: boolean, deprecated: true}
                  disableTransformationValidation: {type: boolean, deprecated: true}
                  validationServerGrpcMaxSizeBytes: {type: integer, format: int32}
        """#
}
