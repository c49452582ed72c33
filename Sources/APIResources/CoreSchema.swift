/// What the objects of each kind look like, as JSON Schema written in YAML. The places where options stand are holes
/// that the loaded plugins fill (`x-sluice-hole`).
enum CoreSchema {
    static let text = #"""
        $defs:
          strings: {type: array, items: {type: string}}
          labels: {type: object, additionalProperties: {type: string}}
          listenerOptions: {type: object, x-sluice-hole: listener, additionalProperties: false}
          httpListenerOptions: {type: object, x-sluice-hole: httpListener, additionalProperties: false}
          virtualHostOptions: {type: object, x-sluice-hole: virtualHost, additionalProperties: false}
          routeOptions: {type: object, x-sluice-hole: route, additionalProperties: false}
          weightedDestinationOptions: {type: object, x-sluice-hole: weightedDestination, additionalProperties: false}
          ref:
            type: object
            additionalProperties: false
            properties: {name: {type: string, minLength: 1}, namespace: {type: string}}
            required: [name]
          expressions:
            type: object
            additionalProperties: false
            properties:
              expressions:
                type: array
                items:
                  type: object
                  additionalProperties: false
                  properties:
                    key: {type: string, minLength: 1}
                    operator: {type: string, enum: [Equals, DoubleEquals, NotEquals, In, NotIn, Exists, DoesNotExist, GreaterThan, LessThan]}
                    values: {$ref: '#/$defs/strings'}
                  required: [key, operator]
          Gateway:
            type: object
            description: A bound port, and how it handles what arrives there.
            additionalProperties: false
            properties:
              ssl: {type: boolean, description: 'True takes the virtual services that have an sslConfig, false those without.'}
              bindAddress: {type: string, description: 'Address to listen on: an IPv4 or IPv6 address.'}
              bindPort: {type: integer, minimum: 1, maximum: 65535}
              options: {$ref: '#/$defs/listenerOptions'}
              useProxyProto: {type: boolean}
              httpGateway:
                type: object
                additionalProperties: false
                properties:
                  virtualServices: {type: array, items: {$ref: '#/$defs/ref'}}
                  virtualServiceSelector: {$ref: '#/$defs/labels'}
                  virtualServiceExpressions: {$ref: '#/$defs/expressions'}
                  virtualServiceNamespaces: {$ref: '#/$defs/strings'}
                  options: {$ref: '#/$defs/httpListenerOptions'}
              proxyNames: {$ref: '#/$defs/strings'}
              routeOptions:
                type: object
                additionalProperties: false
                properties: {maxDirectResponseBodySizeBytes: {type: integer, format: uint32}}
            required: [bindPort]
          VirtualService:
            type: object
            description: Domains, their routes, and the certificate for them (sslConfig).
            x-sluice-hole: sslConfig
            additionalProperties: false
            properties:
              displayName: {type: string}
              virtualHost:
                type: object
                additionalProperties: false
                properties:
                  domains: {type: array, items: {type: string, minLength: 1, format: line}, description: 'Hosts; none is every host.'}
                  routes: {type: array, items: {type: object, x-kubernetes-preserve-unknown-fields: true}}
                  options: {$ref: '#/$defs/virtualHostOptions'}
          RouteTable:
            type: object
            description: Routes to which a virtual service or another table delegates.
            additionalProperties: false
            properties:
              routes: {type: array, items: {type: object, x-kubernetes-preserve-unknown-fields: true}}
              weight: {type: integer, format: int32}
          Route:
            type: object
            additionalProperties: false
            properties:
              name: {type: string}
              matchers: {$ref: '#/$defs/matchers'}
              inheritableMatchers: {type: boolean}
              inheritablePathMatchers: {type: boolean}
              routeAction: {$ref: '#/$defs/routeAction'}
              redirectAction: {$ref: '#/$defs/redirectAction'}
              directResponseAction: {$ref: '#/$defs/directResponseAction'}
              delegateAction:
                type: object
                additionalProperties: false
                properties:
                  ref: {$ref: '#/$defs/ref'}
                  name: {type: string}
                  namespace: {type: string}
              options: {$ref: '#/$defs/routeOptions'}
            oneOf:
            - required: [routeAction]
            - required: [redirectAction]
            - required: [directResponseAction]
            - required: [delegateAction]
          matchers: {type: array, items: {$ref: '#/$defs/matcher'}}
          matcher:
            type: object
            additionalProperties: false
            properties:
              prefix: {type: string}
              exact: {type: string}
              regex: {type: string, format: regex}
              connectMatcher: {type: object, additionalProperties: false}
              caseSensitive: {type: boolean}
              headers:
                type: array
                items:
                  type: object
                  additionalProperties: false
                  properties:
                    name: {type: string, minLength: 1, format: header-name}
                    value: {type: string}
                    regex: {type: boolean}
                    invertMatch: {type: boolean}
                  required: [name]
              queryParameters:
                type: array
                items:
                  type: object
                  additionalProperties: false
                  properties:
                    name: {type: string, minLength: 1}
                    value: {type: string}
                    regex: {type: boolean}
                  required: [name]
              methods: {type: array, items: {type: string, minLength: 1}}
            oneOf:
            - required: [prefix]
            - required: [exact]
            - required: [regex]
            - required: [connectMatcher]
            - not: {}
          routeAction:
            type: object
            additionalProperties: false
            properties:
              single: {$ref: '#/$defs/destination'}
              multi:
                type: object
                additionalProperties: false
                properties: {destinations: {$ref: '#/$defs/weightedDestinations'}}
                required: [destinations]
              upstreamGroup: {$ref: '#/$defs/ref'}
              clusterHeader: {type: string, minLength: 1, format: header-name}
            oneOf:
            - required: [single]
            - required: [multi]
            - required: [upstreamGroup]
            - required: [clusterHeader]
          destination:
            type: object
            additionalProperties: false
            properties: {upstream: {$ref: '#/$defs/ref'}}
            required: [upstream]
          weightedDestinations:
            type: array
            minItems: 1
            items:
              type: object
              additionalProperties: false
              properties:
                destination: {$ref: '#/$defs/destination'}
                weight: {type: integer, format: uint32}
                options: {$ref: '#/$defs/weightedDestinationOptions'}
              required: [destination]
          redirectAction:
            type: object
            additionalProperties: false
            properties:
              hostRedirect: {type: string, format: line}
              pathRedirect: {type: string, format: line}
              prefixRewrite: {type: string, format: line}
              regexRewrite:
                type: object
                additionalProperties: false
                properties:
                  pattern:
                    type: object
                    additionalProperties: false
                    properties:
                      regex: {type: string, format: regex}
                      googleRe2: {type: object, x-kubernetes-preserve-unknown-fields: true}
                    required: [regex]
                  substitution: {type: string, format: line}
                required: [pattern]
              responseCode: {type: string, enum: [MOVED_PERMANENTLY, FOUND, SEE_OTHER, TEMPORARY_REDIRECT, PERMANENT_REDIRECT]}
              httpsRedirect: {type: boolean}
              stripQuery: {type: boolean}
            oneOf:
            - required: [pathRedirect]
            - required: [prefixRewrite]
            - required: [regexRewrite]
            - not: {}
          directResponseAction:
            type: object
            additionalProperties: false
            properties:
              status: {type: integer, minimum: 200, maximum: 599}
              body: {type: string}
            required: [status]
          Upstream:
            type: object
            description: A destination, of the type that one of its members says.
            x-sluice-hole: upstream
            additionalProperties: false
            properties:
              discoveryMetadata: {type: object, additionalProperties: false, properties: {labels: {$ref: '#/$defs/labels'}}}
          UpstreamGroup:
            type: object
            description: A weighted list of destinations with a name.
            additionalProperties: false
            properties: {destinations: {$ref: '#/$defs/weightedDestinations'}}
            required: [destinations]
          Settings:
            type: object
            description: How the control plane behaves; the object named default counts.
            additionalProperties: true
            properties:
              gloo:
                type: object
                additionalProperties: true
                properties:
                  invalidConfigPolicy:
                    type: object
                    additionalProperties: false
                    properties:
                      replaceInvalidRoutes: {type: boolean}
                      invalidRouteResponseCode: {type: integer, minimum: 200, maximum: 599}
                      invalidRouteResponseBody: {type: string}
              gateway:
                type: object
                additionalProperties: true
                properties: {readGatewaysFromAllNamespaces: {type: boolean}}
          Secret:
            type: object
            additionalProperties: true
            properties:
              tls:
                type: object
                additionalProperties: false
                properties: {certChain: {type: string}, privateKey: {type: string}, rootCa: {type: string}}
              header:
                type: object
                additionalProperties: false
                properties: {headers: {$ref: '#/$defs/labels'}}
        """#
}
