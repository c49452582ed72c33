let schema: StaticString = #"""
    {
      "httpListener": {"grpcJsonTranscoder": {"$ref": "#/$defs/transcoder"}},
      "virtualHost": {"grpcJsonTranscoder": {"$ref": "#/$defs/transcoder"}},
      "route": {"grpcJsonTranscoder": {"$ref": "#/$defs/transcoder"}},
      "$defs": {
        "transcoder": {
          "type": "object",
          "description": "Turn JSON over HTTP into calls of gRPC services, by the bindings (google.api.http) in their descriptors. The nearest place counts, alone: route, virtual host, listener; '{}' is none.",
          "additionalProperties": false,
          "oneOf": [{"not": {}}, {"required": ["protoDescriptor"]}, {"required": ["protoDescriptorBin"]}, {"required": ["protoDescriptorConfigMap"]}],
          "properties": {
            "protoDescriptor": {"type": "string", "format": "line", "x-sluice-path": "load", "description": "The descriptors: a file in the proxy's file system. Envoy refuses the listener or the route when it is not there."},
            "protoDescriptorBin": {"type": "string", "examples": ["CoEBCgpzaG9wLnByb3RvEgRzaG9wIhMKA1JlcRIMCgRuYW1lGAEgASgJIhMKA1JlcxIMCgR0ZXh0GAEgASgJMjsKBFNob3ASMwoERmluZBIJLnNob3AuUmVxGgkuc2hvcC5SZXMiFYLT5JMCDxINL2Jvb2tzL3tuYW1lfWIGcHJvdG8z"], "description": "The descriptors themselves, in base64: what protoc --include_imports --descriptor_set_out writes."},
            "protoDescriptorConfigMap": {
              "type": "object",
              "description": "The descriptors, in base64, in a ConfigMap or an Artifact.",
              "additionalProperties": false,
              "properties": {
                "configMapRef": {
                  "type": "object",
                  "description": "Which one.",
                  "additionalProperties": false,
                  "properties": {
                    "name": {"type": "string", "minLength": 1, "description": "Of the ConfigMap or Artifact."},
                    "namespace": {"type": "string", "description": "That of the object with the option, if not set."}
                  },
                  "required": ["name"]
                },
                "key": {"type": "string", "description": "Of the entry; not needed where there is one alone."}
              },
              "required": ["configMapRef"]
            },
            "services": {"type": "array", "items": {"type": "string", "minLength": 1, "examples": ["shop.Shop"]}, "description": "The services, with their package: shop.v1.Shop. Each must be in the descriptors."},
            "printOptions": {
              "type": "object",
              "description": "How answers are written as JSON.",
              "additionalProperties": false,
              "properties": {
                "addWhitespace": {"type": "boolean", "description": "Lines and margins, for people."},
                "alwaysPrintPrimitiveFields": {"type": "boolean", "description": "Zeros, empty texts and false too."},
                "alwaysPrintEnumsAsInts": {"type": "boolean", "description": "Numbers in place of names."},
                "preserveProtoFieldNames": {"type": "boolean", "description": "Names as in the descriptors, in place of lowerCamel ones."},
                "streamNewlineDelimited": {"type": "boolean", "description": "A stream is a line of JSON for each message, in place of one list. An addition to Gloo's."},
                "streamSseStyleDelimited": {"type": "boolean", "description": "A stream is server-sent events. An addition to Gloo's."}
              }
            },
            "matchIncomingRequestRoute": {"type": "boolean", "description": "The route is that of the request as it came; otherwise it is chosen again by the path of the call, /package.Service/Method."},
            "ignoredQueryParameters": {"type": "array", "items": {"type": "string"}, "description": "Query parameters that are no fields of the message."},
            "autoMapping": {"type": "boolean", "description": "Methods without a binding are called by POST /package.Service/Method."},
            "ignoreUnknownQueryParameters": {"type": "boolean", "description": "Leave out query parameters that are no fields; otherwise such a request goes on as it is."},
            "convertGrpcStatus": {"type": "boolean", "description": "Write the status of a failed call as JSON into the body."},
            "urlUnescapeSpec": {
              "type": "string", "enum": ["ALL_CHARACTERS_EXCEPT_RESERVED", "ALL_CHARACTERS_EXCEPT_SLASH", "ALL_CHARACTERS"], "default": "ALL_CHARACTERS_EXCEPT_RESERVED",
              "description": "Which %-escapes in paths are undone for fields. An addition to Gloo's."
            },
            "queryParamUnescapePlus": {"type": "boolean", "description": "'+' in query parameters is a space. An addition to Gloo's."},
            "matchUnregisteredCustomVerb": {"type": "boolean", "description": "A ':verb' that no binding knows is not looked for in paths. An addition to Gloo's."},
            "caseInsensitiveEnumParsing": {"type": "boolean", "description": "Names of enum values in any case. An addition to Gloo's."},
            "maxRequestBodySize": {"type": "integer", "format": "uint32", "minimum": 1, "description": "Bytes of a message; larger ones are answered 413. An addition to Gloo's."},
            "maxResponseBodySize": {"type": "integer", "format": "uint32", "minimum": 1, "description": "Bytes of an answer; larger ones become a 500. An addition to Gloo's."},
            "requestValidationOptions": {
              "type": "object",
              "description": "What is answered with an error in place of going on as it is. An addition to Gloo's.",
              "additionalProperties": false,
              "properties": {
                "rejectUnknownMethod": {"type": "boolean", "description": "404 for a path that belongs to no method."},
                "rejectUnknownQueryParameters": {"type": "boolean", "description": "400 for a query parameter that is no field."},
                "rejectBindingBodyFieldCollisions": {"type": "boolean", "description": "400 for a body that sets a field of the path anew."}
              }
            }
          }
        }
      }
    }
    """#
