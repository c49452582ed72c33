/// What many kinds are made of.
enum SharedSchema {
    static let definitions = #"""
          strings: {type: array, items: {type: string}}
          labels: {type: object, additionalProperties: {type: string}}
          headerNames: {type: array, items: {type: string, minLength: 1, format: header-name}}
          empty: {type: object, additionalProperties: false, description: 'Has no members; that it is there says all.'}
          struct: {type: object, x-kubernetes-preserve-unknown-fields: true, description: 'Anything; for whom it is meant knows what.'}
          extensions:
            type: object
            description: Data for other programs, by their names; Sluice carries it and does not read it.
            additionalProperties: false
            properties: {configs: {type: object, additionalProperties: {$ref: '#/$defs/struct'}}}
          ref:
            type: object
            description: Another object by its name. Without a namespace it is one beside the object that refers to it.
            additionalProperties: false
            properties: {name: {type: string, minLength: 1}, namespace: {type: string}}
            required: [name]
          settingsRef:
            type: object
            description: An object by its name and namespace. Settings count everywhere, so there is no namespace beside them.
            additionalProperties: false
            properties: {name: {type: string, minLength: 1}, namespace: {type: string, minLength: 1}}
            required: [name, namespace]
          refs: {type: array, items: {$ref: '#/$defs/ref'}}
          optionsConfigRefs:
            type: object
            description: Objects whose options are taken for what is not set here; an earlier one goes before a later one.
            additionalProperties: false
            properties: {delegateOptions: {$ref: '#/$defs/refs'}}
          expression:
            type: object
            description: A condition on one label.
            additionalProperties: false
            properties:
              key: {type: string, minLength: 1}
              operator: {type: string, enum: [Equals, DoubleEquals, NotEquals, In, NotIn, Exists, DoesNotExist, GreaterThan, LessThan]}
              values: {$ref: '#/$defs/strings'}
            required: [key, operator]
          expressions: {type: array, items: {$ref: '#/$defs/expression'}}
          selector:
            type: object
            description: Objects by their labels.
            additionalProperties: false
            properties:
              namespaces: {type: array, items: {type: string}, description: 'Where to look; none is the own namespace, "*" is all.'}
              labels: {$ref: '#/$defs/labels'}
              expressions: {$ref: '#/$defs/expressions'}
          sourcePrefixRanges:
            type: array
            description: Clients by their addresses.
            items:
              type: object
              additionalProperties: false
              properties:
                addressPrefix: {type: string, minLength: 1, description: 'An IPv4 or IPv6 address.'}
                prefixLen: {type: integer, minimum: 0, maximum: 128, description: 'How many of its leading bits count.'}
              required: [addressPrefix]
          connectionMatcher:
            type: object
            description: Connections by the client's address, and by TLS and its server name; without members, all.
            x-sluice-hole: sslConfig
            additionalProperties: false
            properties: {sourcePrefixRanges: {$ref: '#/$defs/sourcePrefixRanges'}}
          sslConfigurations:
            type: array
            description: One filter chain is made of each.
            items: {type: object, x-sluice-option: sslConfig/sslConfig, additionalProperties: false}
          listenerOptions: {type: object, x-sluice-hole: listener, additionalProperties: false}
          httpListenerOptions: {type: object, x-sluice-hole: httpListener, additionalProperties: false}
          tcpListenerOptions: {type: object, x-sluice-hole: tcpListener, additionalProperties: false}
          virtualHostOptions: {type: object, x-sluice-hole: virtualHost, additionalProperties: false}
          routeOptions: {type: object, x-sluice-hole: route, additionalProperties: false}
          weightedDestinationOptions: {type: object, x-sluice-hole: weightedDestination, additionalProperties: false}
          routeConfigurationOptions:
            type: object
            additionalProperties: false
            properties:
              virtualHostDiscovery:
                type: boolean
                default: false
                description: 'Send each virtual host as a resource of its own (VHDS), so that a change of one sends that one only; of Gateways, for proxies that speak delta xDS. Sluice''s own.'
              maxDirectResponseBodySizeBytes:
                type: integer
                format: uint32
                description: 'Of direct responses; Envoy takes 4096 when not set.'
        """#
}
