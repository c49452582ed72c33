/// Where requests and connections go.
enum DestinationSchema {
    static let definitions = #"""
          routeAction:
            type: object
            additionalProperties: false
            properties:
              single: {$ref: '#/$defs/destination'}
              multi: {$ref: '#/$defs/multiDestination'}
              upstreamGroup: {$ref: '#/$defs/ref'}
              clusterHeader: {type: string, minLength: 1, format: header-name, description: 'A request header that names the cluster.'}
              dynamicForwardProxy:
                type: object
                description: The host that the request asks for, resolved when it arrives.
                additionalProperties: false
                properties:
                  hostRewrite: {type: string, minLength: 1, format: line}
                  autoHostRewriteHeader: {type: string, minLength: 1, format: header-name}
                oneOf:
                - required: [hostRewrite]
                - required: [autoHostRewriteHeader]
                - not: {}
            oneOf:
            - required: [single]
            - required: [multi]
            - required: [upstreamGroup]
            - required: [clusterHeader]
            - required: [dynamicForwardProxy]
          multiDestination:
            type: object
            description: Several destinations, each for its share of the requests.
            additionalProperties: false
            properties: {destinations: {$ref: '#/$defs/weightedDestinations'}}
            required: [destinations]
          destination:
            type: object
            additionalProperties: false
            properties:
              upstream: {$ref: '#/$defs/ref'}
              kube:
                type: object
                description: A Kubernetes Service, without an Upstream for it.
                additionalProperties: false
                properties: {ref: {$ref: '#/$defs/ref'}, port: {type: integer, minimum: 1, maximum: 65535}}
                required: [ref, port]
              consul:
                type: object
                description: A Consul service, without an Upstream for it.
                additionalProperties: false
                properties:
                  serviceName: {type: string, minLength: 1}
                  tags: {$ref: '#/$defs/strings'}
                  dataCenters: {type: array, items: {type: string}, description: 'None is all.'}
                required: [serviceName]
              destinationSpec: {$ref: '#/$defs/destinationSpec'}
              subset:
                type: object
                description: Those endpoints of the upstream that carry these labels.
                additionalProperties: false
                properties: {values: {$ref: '#/$defs/labels'}}
            oneOf:
            - required: [upstream]
            - required: [kube]
            - required: [consul]
          destinationSpec:
            type: object
            description: A function of the upstream.
            x-sluice-hole: destinationSpec
            additionalProperties: false
            oneOf:
            - required: [aws]
            - required: [azure]
            - required: [rest]
            - required: [grpc]
            - not: {}
          weightedDestinations:
            type: array
            minItems: 1
            items:
              type: object
              additionalProperties: false
              properties:
                destination: {$ref: '#/$defs/destination'}
                weight: {type: integer, format: uint32, description: 'Its share, out of the sum of all weights.'}
                options: {$ref: '#/$defs/weightedDestinationOptions'}
              required: [destination]
          tcpHosts:
            type: array
            items:
              type: object
              description: One filter chain, for the server names of its sslConfig or for all.
              x-sluice-hole: sslConfig
              additionalProperties: false
              properties:
                name: {type: string}
                destination:
                  type: object
                  additionalProperties: false
                  properties:
                    single: {$ref: '#/$defs/destination'}
                    multi: {$ref: '#/$defs/multiDestination'}
                    upstreamGroup: {$ref: '#/$defs/ref'}
                    forwardSniClusterName: {$ref: '#/$defs/empty'}
                  oneOf:
                  - required: [single]
                  - required: [multi]
                  - required: [upstreamGroup]
                  - required: [forwardSniClusterName]
              required: [destination]
        """#
}
