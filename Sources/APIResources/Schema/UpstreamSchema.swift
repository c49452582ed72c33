/// Upstream, UpstreamGroup and Endpoint.
enum UpstreamSchema {
    static let definitions = #"""
          Upstream:
            type: object
            description: A destination, of the type that one of its members says.
            x-sluice-hole: upstream
            additionalProperties: false
            properties:
              discoveryMetadata:
                type: object
                description: Written by discovery; what the upstream was found from.
                additionalProperties: false
                properties: {labels: {$ref: '#/$defs/labels'}}
          UpstreamGroup:
            type: object
            description: A weighted list of destinations with a name.
            additionalProperties: false
            properties: {destinations: {$ref: '#/$defs/weightedDestinations'}}
            required: [destinations]
          Endpoint:
            type: object
            description: An address at which upstreams are reached.
            additionalProperties: false
            properties:
              upstreams: {$ref: '#/$defs/refs'}
              address: {type: string, minLength: 1}
              port: {type: integer, minimum: 1, maximum: 65535}
              hostname: {type: string}
              healthCheck: {type: object, additionalProperties: false, properties: {hostname: {type: string}}}
            required: [address, port]
        """#
}
