/// Gateway and MatchableHttpGateway.
enum GatewaySchema {
    static let definitions = #"""
          Gateway:
            type: object
            description: A bound port, and how it handles what arrives there.
            additionalProperties: false
            properties:
              ssl:
                type: boolean
                description: 'True takes the virtual services that have an sslConfig, false those without; not read of a hybridGateway.'
              bindAddress: {type: string, description: 'Address to listen on: an IPv4 or IPv6 address.'}
              bindPort: {type: integer, minimum: 1, maximum: 65535}
              options: {$ref: '#/$defs/listenerOptions'}
              useProxyProto:
                type: boolean
                deprecated: true
                description: 'Expect the PROXY protocol; the option proxyProtocol goes before it.'
              httpGateway: {$ref: '#/$defs/httpGateway'}
              tcpGateway: {$ref: '#/$defs/tcpGateway'}
              hybridGateway: {$ref: '#/$defs/hybridGateway'}
              proxyNames: {type: array, items: {type: string}, description: 'Proxies that serve this gateway; none is gateway-proxy.'}
              routeOptions: {$ref: '#/$defs/routeConfigurationOptions'}
            required: [bindPort]
            oneOf:
            - required: [httpGateway]
            - required: [tcpGateway]
            - required: [hybridGateway]
            - not: {}
          MatchableHttpGateway:
            type: object
            description: An HTTP gateway for some of the connections of hybrid gateways that delegate to it.
            additionalProperties: false
            properties:
              matcher: {$ref: '#/$defs/connectionMatcher'}
              httpGateway: {$ref: '#/$defs/httpGateway'}
          httpGateway:
            type: object
            description: Serves virtual services by HTTP, chosen by expressions, else by labels, else by name; without any of these, all.
            additionalProperties: false
            properties:
              virtualServices: {$ref: '#/$defs/refs'}
              virtualServiceSelector: {$ref: '#/$defs/labels'}
              virtualServiceExpressions:
                type: object
                additionalProperties: false
                properties: {expressions: {$ref: '#/$defs/expressions'}}
              virtualServiceNamespaces: {type: array, items: {type: string}, description: 'Where to look for them; "*" is all namespaces.'}
              options: {$ref: '#/$defs/httpListenerOptions'}
          tcpGateway:
            type: object
            description: Passes connections on without reading what they carry.
            additionalProperties: false
            properties:
              tcpHosts: {$ref: '#/$defs/tcpHosts'}
              options: {$ref: '#/$defs/tcpListenerOptions'}
          hybridGateway:
            type: object
            description: Several gateways on one port, told apart by the connection. matchedGateways go before delegatedHttpGateways.
            additionalProperties: false
            properties:
              matchedGateways:
                type: array
                items:
                  type: object
                  additionalProperties: false
                  properties:
                    matcher: {$ref: '#/$defs/connectionMatcher'}
                    httpGateway: {$ref: '#/$defs/httpGateway'}
                    tcpGateway: {$ref: '#/$defs/tcpGateway'}
                  oneOf:
                  - required: [httpGateway]
                  - required: [tcpGateway]
              delegatedHttpGateways:
                type: object
                description: MatchableHttpGateways that take part, and what they inherit.
                x-sluice-hole: sslConfig
                additionalProperties: false
                properties:
                  ref: {$ref: '#/$defs/ref'}
                  selector: {$ref: '#/$defs/selector'}
                  preventChildOverrides:
                    type: boolean
                    description: 'True lets the settings here go before those of the gateways delegated to.'
                  httpConnectionManagerSettings:
                    type: object
                    x-sluice-option: httpListener/httpConnectionManagerSettings
                    x-kubernetes-preserve-unknown-fields: true
                oneOf:
                - required: [ref]
                - required: [selector]
        """#
}
