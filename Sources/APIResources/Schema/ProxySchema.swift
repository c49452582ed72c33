/// Proxy: what gateways come to, or what another controller writes in their place.
///
/// Routes are open here and checked one by one against `ProxyRoute`, so that a bad one costs only itself.
enum ProxySchema {
    static let definitions = #"""
          Proxy:
            type: object
            description: The listeners of one fleet of Envoys, with all that gateways and virtual services say put together.
            additionalProperties: false
            properties:
              compressedSpec:
                type: string
                format: byte
                description: 'All other members, deflated; with the annotation gloo.solo.io/compress.'
              listeners: {type: array, items: {$ref: '#/$defs/proxyListener'}}
          proxyListener:
            type: object
            additionalProperties: false
            properties:
              name: {type: string, minLength: 1}
              bindAddress: {type: string}
              bindPort: {type: integer, minimum: 1, maximum: 65535}
              httpListener: {$ref: '#/$defs/httpListener'}
              tcpListener: {$ref: '#/$defs/tcpListener'}
              hybridListener:
                type: object
                additionalProperties: false
                properties:
                  matchedListeners:
                    type: array
                    items:
                      type: object
                      additionalProperties: false
                      properties:
                        matcher: {$ref: '#/$defs/connectionMatcher'}
                        httpListener: {$ref: '#/$defs/httpListener'}
                        tcpListener: {$ref: '#/$defs/tcpListener'}
                        sslConfigurations: {$ref: '#/$defs/sslConfigurations'}
                      oneOf:
                      - required: [httpListener]
                      - required: [tcpListener]
              aggregateListener: {$ref: '#/$defs/aggregateListener'}
              sslConfigurations: {$ref: '#/$defs/sslConfigurations'}
              useProxyProto: {type: boolean, deprecated: true}
              options: {$ref: '#/$defs/listenerOptions'}
              metadata: {$ref: '#/$defs/proxyMetadata'}
              metadataStatic: {$ref: '#/$defs/sourceMetadata'}
              routeOptions: {$ref: '#/$defs/routeConfigurationOptions'}
            required: [name, bindPort]
            allOf:
            - oneOf:
              - required: [httpListener]
              - required: [tcpListener]
              - required: [hybridListener]
              - required: [aggregateListener]
            - oneOf:
              - required: [metadata]
              - required: [metadataStatic]
              - not: {}
          httpListener:
            type: object
            additionalProperties: false
            properties:
              virtualHosts: {type: array, items: {$ref: '#/$defs/proxyVirtualHost'}}
              options: {$ref: '#/$defs/httpListenerOptions'}
              statPrefix: {type: string, description: 'Before the names of its statistics; http when not set.'}
          tcpListener:
            type: object
            additionalProperties: false
            properties:
              tcpHosts: {$ref: '#/$defs/tcpHosts'}
              options: {$ref: '#/$defs/tcpListenerOptions'}
              statPrefix: {type: string, description: 'Before the names of its statistics; tcp when not set.'}
          aggregateListener:
            type: object
            description: Filter chains that refer to virtual hosts and options by name, so that several share one.
            additionalProperties: false
            properties:
              httpResources:
                type: object
                additionalProperties: false
                properties:
                  virtualHosts: {type: object, additionalProperties: {$ref: '#/$defs/proxyVirtualHost'}}
                  httpOptions: {type: object, additionalProperties: {$ref: '#/$defs/httpListenerOptions'}}
              httpFilterChains:
                type: array
                items:
                  type: object
                  additionalProperties: false
                  properties:
                    matcher: {$ref: '#/$defs/connectionMatcher'}
                    httpOptionsRef: {type: string}
                    virtualHostRefs: {$ref: '#/$defs/strings'}
          proxyVirtualHost:
            type: object
            additionalProperties: false
            properties:
              name: {type: string}
              domains: {$ref: '#/$defs/domains'}
              routes: {$ref: '#/$defs/openRoutes'}
              options: {$ref: '#/$defs/virtualHostOptions'}
              metadata: {$ref: '#/$defs/proxyMetadata'}
              metadataStatic: {$ref: '#/$defs/sourceMetadata'}
            oneOf:
            - required: [metadata]
            - required: [metadataStatic]
            - not: {}
          ProxyRoute:
            type: object
            description: A route that delegates no more.
            additionalProperties: false
            properties:
              name: {type: string}
              matchers: {$ref: '#/$defs/matchers'}
              routeAction: {$ref: '#/$defs/routeAction'}
              redirectAction: {$ref: '#/$defs/redirectAction'}
              directResponseAction: {$ref: '#/$defs/directResponseAction'}
              graphqlApiRef: {$ref: '#/$defs/ref'}
              options: {$ref: '#/$defs/routeOptions'}
              metadata: {$ref: '#/$defs/proxyMetadata'}
              metadataStatic: {$ref: '#/$defs/sourceMetadata'}
            allOf:
            - oneOf:
              - required: [routeAction]
              - required: [redirectAction]
              - required: [directResponseAction]
              - required: [graphqlApiRef]
            - oneOf:
              - required: [metadata]
              - required: [metadataStatic]
              - not: {}
          proxyMetadata: {type: object, x-kubernetes-preserve-unknown-fields: true, deprecated: true}
          sourceMetadata:
            type: object
            description: The objects that it was made of.
            additionalProperties: false
            properties:
              sources:
                type: array
                items:
                  type: object
                  additionalProperties: false
                  properties:
                    resourceRef: {$ref: '#/$defs/ref'}
                    resourceKind: {type: string}
                    observedGeneration: {type: integer, format: int64}
        """#
}
