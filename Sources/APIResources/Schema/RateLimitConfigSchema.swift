/// RateLimitConfig.
enum RateLimitConfigSchema {
    static let definitions = #"""
          RateLimitConfig:
            type: object
            description: Limits, and the actions that describe requests to the rate limit server.
            additionalProperties: false
            properties:
              raw:
                type: object
                description: In the words of the server and of Envoy.
                additionalProperties: false
                properties:
                  descriptors: {$ref: '#/$defs/rateLimitDescriptors'}
                  setDescriptors: {$ref: '#/$defs/rateLimitSetDescriptors'}
                  rateLimits: {$ref: '#/$defs/rateLimitActions'}
          rateLimitDescriptors:
            type: array
            items:
              type: object
              description: A limit for requests with this key, and this value when there is one.
              additionalProperties: false
              properties:
                key: {type: string, minLength: 1}
                value: {type: string}
                rateLimit: {$ref: '#/$defs/rateLimit'}
                descriptors: {$ref: '#/$defs/rateLimitDescriptors'}
                weight: {type: integer, format: uint32, description: 'Of the rules that match, those of the highest weight count.'}
                alwaysApply: {type: boolean, description: 'True counts whatever its weight is.'}
              required: [key]
          rateLimitSetDescriptors:
            type: array
            items:
              type: object
              description: A limit for requests that have all of these, in any order.
              additionalProperties: false
              properties:
                simpleDescriptors:
                  type: array
                  items:
                    type: object
                    additionalProperties: false
                    properties: {key: {type: string, minLength: 1}, value: {type: string}}
                    required: [key]
                rateLimit: {$ref: '#/$defs/rateLimit'}
                alwaysApply: {type: boolean, description: 'True counts although an earlier one has matched.'}
          rateLimit:
            type: object
            additionalProperties: false
            properties:
              unit: {type: string, enum: [SECOND, MINUTE, HOUR, DAY]}
              requestsPerUnit: {type: integer, format: uint32, description: 'None at all when it is 0 or not set.'}
            required: [unit]
          rateLimitActions:
            type: array
            items:
              type: object
              additionalProperties: false
              properties:
                actions: {type: array, items: {$ref: '#/$defs/rateLimitAction'}, description: 'In the order of the descriptors.'}
                setActions: {type: array, items: {$ref: '#/$defs/rateLimitAction'}, description: 'For setDescriptors; in any order.'}
                limit:
                  type: object
                  description: A limit that goes with them, in place of the server's.
                  additionalProperties: false
                  properties:
                    dynamicMetadata:
                      type: object
                      additionalProperties: false
                      properties: {metadataKey: {$ref: '#/$defs/rateLimitMetadataKey'}}
                      required: [metadataKey]
                  required: [dynamicMetadata]
          rateLimitAction:
            type: object
            description: What of a request becomes a key and a value.
            additionalProperties: false
            properties:
              sourceCluster: {$ref: '#/$defs/empty'}
              destinationCluster: {$ref: '#/$defs/empty'}
              requestHeaders:
                type: object
                additionalProperties: false
                properties:
                  headerName: {type: string, minLength: 1, format: header-name}
                  descriptorKey: {type: string, minLength: 1}
                required: [headerName, descriptorKey]
              remoteAddress: {$ref: '#/$defs/empty'}
              genericKey:
                type: object
                additionalProperties: false
                properties: {descriptorValue: {type: string, minLength: 1}}
                required: [descriptorValue]
              headerValueMatch:
                type: object
                additionalProperties: false
                properties:
                  descriptorValue: {type: string, minLength: 1}
                  expectMatch: {type: boolean, description: 'False describes the requests that do not match.'}
                  headers: {type: array, minItems: 1, items: {$ref: '#/$defs/rateLimitHeaderMatcher'}}
                required: [descriptorValue, headers]
              metadata:
                type: object
                additionalProperties: false
                properties:
                  descriptorKey: {type: string, minLength: 1}
                  metadataKey: {$ref: '#/$defs/rateLimitMetadataKey'}
                  defaultValue: {type: string}
                  source: {type: string, enum: [DYNAMIC, ROUTE_ENTRY]}
                required: [descriptorKey, metadataKey]
            oneOf:
            - required: [sourceCluster]
            - required: [destinationCluster]
            - required: [requestHeaders]
            - required: [remoteAddress]
            - required: [genericKey]
            - required: [headerValueMatch]
            - required: [metadata]
          rateLimitMetadataKey:
            type: object
            additionalProperties: false
            properties:
              key: {type: string, minLength: 1}
              path:
                type: array
                minItems: 1
                items:
                  type: object
                  additionalProperties: false
                  properties: {key: {type: string, minLength: 1}}
                  required: [key]
            required: [key, path]
          rateLimitHeaderMatcher:
            type: object
            additionalProperties: false
            properties:
              name: {type: string, minLength: 1, format: header-name}
              exactMatch: {type: string}
              regexMatch: {type: string, minLength: 1, format: regex}
              rangeMatch:
                type: object
                description: Whole numbers from start, below end.
                additionalProperties: false
                properties: {start: {type: integer, format: int64}, end: {type: integer, format: int64}}
              presentMatch: {type: boolean}
              prefixMatch: {type: string, minLength: 1}
              suffixMatch: {type: string, minLength: 1}
              invertMatch: {type: boolean}
            required: [name]
            oneOf:
            - required: [exactMatch]
            - required: [regexMatch]
            - required: [rangeMatch]
            - required: [presentMatch]
            - required: [prefixMatch]
            - required: [suffixMatch]
            - not: {}
        """#
}
