/// VirtualService, RouteTable, their routes, and the options that they share.
///
/// Routes are open in the kinds and checked one by one against `Route`, so that a bad one costs only itself.
enum RouteSchema {
    static let definitions = #"""
          VirtualService:
            type: object
            description: Domains, their routes, and the certificate for them (sslConfig).
            x-sluice-hole: sslConfig
            additionalProperties: false
            properties:
              displayName: {type: string, description: 'For people; nothing depends on it.'}
              virtualHost:
                type: object
                additionalProperties: false
                properties:
                  domains: {$ref: '#/$defs/domains'}
                  routes: {$ref: '#/$defs/openRoutes'}
                  options: {$ref: '#/$defs/virtualHostOptions'}
                  optionsConfigRefs: {$ref: '#/$defs/optionsConfigRefs'}
          RouteTable:
            type: object
            description: Routes to which a virtual service or another table delegates.
            additionalProperties: false
            properties:
              routes: {$ref: '#/$defs/openRoutes'}
              weight:
                type: integer
                format: int32
                description: 'Of several tables that one route delegates to, those of lower weight come first.'
          VirtualHostOption:
            type: object
            description: Options that virtual services refer to.
            additionalProperties: false
            properties: {options: {$ref: '#/$defs/virtualHostOptions'}}
          RouteOption:
            type: object
            description: Options that routes refer to.
            additionalProperties: false
            properties: {options: {$ref: '#/$defs/routeOptions'}}
          domains: {type: array, items: {type: string, minLength: 1, format: domain}, description: 'Hosts; none is every host.'}
          openRoutes: {type: array, items: {type: object, x-kubernetes-preserve-unknown-fields: true}}
          Route:
            type: object
            description: What is done with the requests that one of the matchers takes; without matchers, with all.
            additionalProperties: false
            properties:
              name: {type: string}
              matchers: {$ref: '#/$defs/matchers'}
              inheritableMatchers:
                type: boolean
                description: 'Routes delegated to need not repeat headers, query parameters and methods.'
              inheritablePathMatchers: {type: boolean, description: 'Routes delegated to take the path from here.'}
              routeAction: {$ref: '#/$defs/routeAction'}
              redirectAction: {$ref: '#/$defs/redirectAction'}
              directResponseAction: {$ref: '#/$defs/directResponseAction'}
              delegateAction:
                type: object
                description: Route tables, by one reference or by labels.
                additionalProperties: false
                properties:
                  ref: {$ref: '#/$defs/ref'}
                  selector: {$ref: '#/$defs/selector'}
                  name: {type: string, deprecated: true, description: 'As in ref, and goes before it.'}
                  namespace: {type: string, deprecated: true}
                oneOf:
                - required: [ref]
                - required: [selector]
                - not: {}
              graphqlApiRef: {$ref: '#/$defs/ref'}
              options: {$ref: '#/$defs/routeOptions'}
              optionsConfigRefs: {$ref: '#/$defs/optionsConfigRefs'}
            oneOf:
            - required: [routeAction]
            - required: [redirectAction]
            - required: [directResponseAction]
            - required: [delegateAction]
            - required: [graphqlApiRef]
          matchers: {type: array, items: {$ref: '#/$defs/matcher'}}
          matcher:
            type: object
            description: A condition on requests; without a path it takes every one.
            additionalProperties: false
            properties:
              prefix: {type: string}
              exact: {type: string}
              regex: {type: string, format: regex, minLength: 1}
              connectMatcher: {$ref: '#/$defs/empty'}
              caseSensitive: {type: boolean}
              headers:
                type: array
                items:
                  type: object
                  additionalProperties: false
                  properties:
                    name: {type: string, minLength: 1, format: header-name}
                    value: {type: string, description: 'Without it, the header must be there.'}
                    regex: {type: boolean, description: 'True reads the value as a regular expression.'}
                    invertMatch: {type: boolean}
                  required: [name]
              queryParameters:
                type: array
                items:
                  type: object
                  additionalProperties: false
                  properties:
                    name: {type: string, minLength: 1}
                    value: {type: string, description: 'Without it, the parameter must be there.'}
                    regex: {type: boolean, description: 'True reads the value as a regular expression.'}
                  required: [name]
              methods: {type: array, items: {type: string, minLength: 1}}
            oneOf:
            - required: [prefix]
            - required: [exact]
            - required: [regex]
            - required: [connectMatcher]
            - not: {}
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
                      regex: {type: string, format: regex, minLength: 1}
                      googleRe2: {$ref: '#/$defs/struct'}
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
        """#
}
