/// Secret and Artifact.
enum SecretSchema {
    static let definitions = #"""
          Secret:
            type: object
            description: Credentials, of the one use that its member says.
            additionalProperties: false
            properties:
              tls:
                type: object
                description: A certificate with its key, and authorities to check the other side by; PEM texts.
                additionalProperties: false
                properties: {certChain: {type: string}, privateKey: {type: string}, rootCa: {type: string}}
              aws:
                type: object
                additionalProperties: false
                properties: {accessKey: {type: string}, secretKey: {type: string}, sessionToken: {type: string}}
              azure:
                type: object
                additionalProperties: false
                properties:
                  apiKeys: {type: object, additionalProperties: {type: string}, description: 'Keys by function; _master is for all others.'}
              apiKey:
                type: object
                description: A key that a client shows, and what is known of the client.
                additionalProperties: false
                properties:
                  apiKey: {type: string}
                  labels: {$ref: '#/$defs/strings'}
                  metadata: {$ref: '#/$defs/labels'}
                  uuid: {type: string}
              oauth: {type: object, additionalProperties: false, properties: {clientSecret: {type: string}}}
              credentials: {type: object, additionalProperties: false, properties: {username: {type: string}, password: {type: string}}}
              header:
                type: object
                description: Request headers with values that no one should read.
                additionalProperties: false
                properties: {headers: {$ref: '#/$defs/labels'}}
              extensions: {$ref: '#/$defs/extensions'}
            oneOf:
            - required: [tls]
            - required: [aws]
            - required: [azure]
            - required: [apiKey]
            - required: [oauth]
            - required: [credentials]
            - required: [header]
            - required: [extensions]
          Artifact:
            type: object
            description: Texts by name, such as proto descriptors and rules.
            additionalProperties: false
            properties: {data: {$ref: '#/$defs/labels'}}
        """#
}
