/// GraphQLApi.
enum GraphQLApiSchema {
    static let definitions = #"""
          GraphQLApi:
            type: object
            description: A GraphQL schema and how its fields are resolved, or several put together.
            additionalProperties: false
            properties:
              executableSchema: {$ref: '#/$defs/graphqlExecutableSchema'}
              stitchedSchema:
                type: object
                description: One schema out of those of other GraphQLApis.
                additionalProperties: false
                properties:
                  subschemas:
                    type: array
                    items:
                      type: object
                      additionalProperties: false
                      properties:
                        name: {type: string, minLength: 1}
                        namespace: {type: string}
                        typeMerge:
                          type: object
                          description: How an object of a type is completed from this schema.
                          additionalProperties:
                            type: object
                            additionalProperties: false
                            properties:
                              selectionSet: {type: string, description: 'Fields that the others must know.'}
                              queryName: {type: string, description: 'The query of this schema that returns the type.'}
                              args: {$ref: '#/$defs/labels'}
                      required: [name]
              statPrefix: {type: string}
              persistedQueryCacheConfig:
                type: object
                additionalProperties: false
                properties: {cacheSize: {type: integer, format: uint32, description: 'Queries to keep; 1000 when not set.'}}
              allowedQueryHashes: {type: array, items: {type: string}, description: 'SHA-256 of the queries that may run; none is all.'}
              options:
                type: object
                additionalProperties: false
                properties: {logSensitiveInfo: {type: boolean, description: 'True logs requests and answers.'}}
            oneOf:
            - required: [executableSchema]
            - required: [stitchedSchema]
            - not: {}
          graphqlExecutableSchema:
            type: object
            additionalProperties: false
            properties:
              schemaDefinition: {type: string, description: 'In the schema definition language; @resolve(name) names a resolution.'}
              executor:
                type: object
                additionalProperties: false
                properties:
                  local:
                    type: object
                    additionalProperties: false
                    properties:
                      resolutions: {type: object, additionalProperties: {$ref: '#/$defs/graphqlResolution'}}
                      enableIntrospection: {type: boolean}
                      options:
                        type: object
                        additionalProperties: false
                        properties: {maxDepth: {type: integer, format: uint32, description: 'How deep a query may nest; 0 is any depth.'}}
                  remote:
                    type: object
                    description: Another GraphQL server.
                    additionalProperties: false
                    properties:
                      upstreamRef: {$ref: '#/$defs/ref'}
                      headers: {$ref: '#/$defs/labels'}
                      queryParams: {$ref: '#/$defs/labels'}
                      spanName: {type: string}
                    required: [upstreamRef]
                oneOf:
                - required: [local]
                - required: [remote]
              grpcDescriptorRegistry:
                type: object
                description: Proto descriptors of the gRPC upstreams.
                additionalProperties: false
                properties:
                  protoDescriptor: {type: string, description: 'A file of the proxy.'}
                  protoDescriptorBin: {type: string, format: byte}
                  protoRefsList: {type: object, additionalProperties: false, properties: {configMapRefs: {$ref: '#/$defs/refs'}}}
                oneOf:
                - required: [protoDescriptor]
                - required: [protoDescriptorBin]
                - required: [protoRefsList]
          graphqlResolution:
            type: object
            description: 'How one field gets its value. Texts may contain {$parent.x}, {$args.x} and {$headers.x}.'
            additionalProperties: false
            properties:
              restResolver:
                type: object
                additionalProperties: false
                properties:
                  upstreamRef: {$ref: '#/$defs/ref'}
                  request:
                    type: object
                    additionalProperties: false
                    properties:
                      headers: {$ref: '#/$defs/labels'}
                      queryParams: {$ref: '#/$defs/labels'}
                      body: {description: 'Any value.'}
                  response:
                    type: object
                    additionalProperties: false
                    properties:
                      resultRoot: {type: string, description: 'Where in the answer the value stands.'}
                      setters: {$ref: '#/$defs/labels'}
                  spanName: {type: string}
                  timeout: {type: string, format: duration}
                required: [upstreamRef]
              grpcResolver:
                type: object
                additionalProperties: false
                properties:
                  upstreamRef: {$ref: '#/$defs/ref'}
                  requestTransform:
                    type: object
                    additionalProperties: false
                    properties:
                      outgoingMessageJson: {description: 'Any value.'}
                      serviceName: {type: string}
                      methodName: {type: string}
                      requestMetadata: {$ref: '#/$defs/labels'}
                  spanName: {type: string}
                  timeout: {type: string, format: duration}
                required: [upstreamRef]
              mockResolver:
                type: object
                description: Answers without an upstream, for tests.
                additionalProperties: false
                properties:
                  syncResponse: {description: 'Any value.'}
                  asyncResponse:
                    type: object
                    additionalProperties: false
                    properties: {response: {description: 'Any value.'}, delay: {type: string, format: duration}}
                  errorResponse: {type: string}
                oneOf:
                - required: [syncResponse]
                - required: [asyncResponse]
                - required: [errorResponse]
                - not: {}
              statPrefix: {type: string}
            oneOf:
            - required: [restResolver]
            - required: [grpcResolver]
            - required: [mockResolver]
            - not: {}
        """#
}
