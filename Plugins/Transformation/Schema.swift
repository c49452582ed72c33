internal import SluiceLua

let schema = #"""
    {
      "virtualHost": {"transformations": {"$ref": "#/$defs/transformations"}, "stagedTransformations": {"$ref": "#/$defs/stages"}},
      "route": {"transformations": {"$ref": "#/$defs/transformations"}, "stagedTransformations": {"$ref": "#/$defs/stages"}},
      "weightedDestination": {"transformations": {"$ref": "#/$defs/transformations"}, "stagedTransformations": {"$ref": "#/$defs/stages"}},
      "destinationSpec": {"rest": {"$ref": "#/$defs/call"}},
      "serviceSpec": {"rest": {"$ref": "#/$defs/functions"}},
      "$defs": {
        "functions": {
          "type": "object",
          "description": "Functions behind an upstream, each a template that makes its request.",
          "additionalProperties": false,
          "properties": {
            "transformations": {"type": "object", "description": "By the name that 'destinationSpec.rest.functionName' of routes has.", "additionalProperties": {"$ref": "#/$defs/template"}},
            "swaggerInfo": {
              "type": "object",
              "description": "Where Gloo found the functions; nothing is looked for here.",
              "additionalProperties": false,
              "properties": {
                "url": {"type": "string", "description": "Of the document."},
                "inline": {"type": "string", "description": "The document itself."}
              },
              "oneOf": [{"required": ["url"]}, {"required": ["inline"]}, {"not": {}}]
            }
          }
        },
        "call": {
          "type": "object",
          "description": "Call a function of the upstream: its template, under 'serviceSpec.rest' there, makes the request.",
          "additionalProperties": false,
          "properties": {
            "functionName": {"type": "string", "minLength": 1, "description": "A name under 'serviceSpec.rest.transformations' of the upstream."},
            "parameters": {
              "type": "object",
              "description": "Where the request has the function's parameters: text with names in braces, as in '/pets/{id}'. A parameter has letters, digits, '-', '.' and '_'.",
              "additionalProperties": false,
              "properties": {
                "headers": {"type": "object", "description": "By header.", "additionalProperties": {"type": "string"}},
                "path": {"type": "string", "description": "The whole path, with its query."}
              }
            },
            "responseTransformation": {"$ref": "#/$defs/template"}
          },
          "required": ["functionName"]
        },
        "transformations": {
          "type": "object",
          "description": "Change requests and responses; 'stagedTransformations' is the newer form. The nearest place counts alone: weighted destination, route, virtual host.",
          "additionalProperties": false,
          "properties": {
            "requestTransformation": {"$ref": "#/$defs/transformation"},
            "clearRouteCache": {"$ref": "#/$defs/clearRouteCache"},
            "responseTransformation": {"$ref": "#/$defs/transformation"}
          }
        },
        "stages": {
          "type": "object",
          "description": "Change requests and responses, before authentication and rate limits ('early') or after them ('regular'). The nearest place counts alone, in both stages: weighted destination, route, virtual host; '{}' is none.",
          "additionalProperties": false,
          "properties": {
            "early": {"$ref": "#/$defs/stage"},
            "regular": {"$ref": "#/$defs/stage"},
            "inheritTransformation": {"type": "boolean", "description": "Gloo's; 'true' is refused in this version."}
          }
        },
        "stage": {
          "type": "object",
          "description": "What is changed before authentication and rate limits ('early'), or after them ('regular').",
          "additionalProperties": false,
          "properties": {
            "requestTransforms": {
              "type": "array",
              "description": "The first whose matcher takes a request changes it, and its response.",
              "items": {
                "type": "object",
                "additionalProperties": false,
                "properties": {
                  "matcher": {"$ref": "#/$defs/matcher"},
                  "clearRouteCache": {"$ref": "#/$defs/clearRouteCache"},
                  "requestTransformation": {"$ref": "#/$defs/transformation"},
                  "responseTransformation": {"$ref": "#/$defs/transformation"}
                }
              }
            },
            "responseTransforms": {
              "type": "array",
              "description": "The first whose matchers take a response changes it, unless a 'responseTransformation' of 'requestTransforms' does.",
              "items": {
                "type": "object",
                "additionalProperties": false,
                "properties": {
                  "matchers": {"type": "array", "items": {"$ref": "#/$defs/headerMatcher"}, "description": "Of the response's headers; all must be so."},
                  "responseCodeDetails": {"x-sluice-refused": "stock Envoy does not show the details of a response's code to scripts; match the header ':status' under 'matchers'"},
                  "responseTransformation": {"$ref": "#/$defs/transformation"}
                }
              }
            }
          }
        },
        "clearRouteCache": {"type": "boolean", "description": "Look for the request's route once more, as it is now. Default false."},
        \#(requestMatcherSchema),
        "transformation": {
          "type": "object",
          "description": "How a request or a response is changed.",
          "additionalProperties": false,
          "properties": {
            "transformationTemplate": {"$ref": "#/$defs/template"},
            "headerBodyTransform": {
              "type": "object",
              "description": "The body becomes JSON of all headers and the body, as text: '{\"headers\": ..., \"body\": ...}'.",
              "additionalProperties": false,
              "properties": {
                "addRequestMetadata": {"type": "boolean", "description": "Of a request also 'httpMethod', 'path', 'queryString', 'queryStringParameters', 'multiValueQueryStringParameters' and 'multiValueHeaders'. Default false."}
              }
            },
            "xsltTransformation": {"x-sluice-refused": "XSLT needs the filter of Gloo's enterprise Envoy; remove it, and let the upstream, or a service that a plugin of yours puts before it (ext_proc), do it"}
          },
          "oneOf": [{"required": ["transformationTemplate"]}, {"required": ["headerBodyTransform"]}, {"not": {}}]
        },
        "template": {
          "type": "object",
          "description": "Templates in Inja's language. The whole body is held in memory, within the listener's buffer limit, unless 'passthrough' is set. What fails is answered with status 400.",
          "additionalProperties": false,
          "properties": {
            "advancedTemplates": {"type": "boolean", "description": "Names of templates have '/' between their levels, as in 'a/b', and extractors are reached by 'extraction(\"name\")'. Default false: '.', and extractors by their names."},
            "extractors": {
              "type": "object",
              "description": "Parts of headers or the body, by the name that templates use; a dot in it is a level of the body.",
              "additionalProperties": {
                "type": "object",
                "additionalProperties": false,
                "properties": {
                  "header": {"type": "string", "minLength": 1, "description": "From this header; of several its first."},
                  "body": {"type": "object", "description": "From the body, as it came.", "additionalProperties": false, "properties": {}},
                  "regex": {"type": "string", "minLength": 1, "description": "The whole header, or body, must match; else the extractor is empty. Compared byte by byte, with a bound on the work."},
                  "subgroup": {"type": "integer", "format": "uint32", "description": "Which group of the expression is taken. Default 0, all of it."}
                },
                "required": ["regex"],
                "oneOf": [{"required": ["header"]}, {"required": ["body"]}]
              }
            },
            "headers": {
              "type": "object",
              "description": "By name, what takes the place of a header; an empty result only removes it. ':path', ':method' and ':authority' of requests and ':status' of responses can be set.",
              "additionalProperties": {"$ref": "#/$defs/text"}
            },
            "headersToAppend": {
              "type": "array",
              "description": "Headers that are added to those of the same name.",
              "items": {
                "type": "object",
                "additionalProperties": false,
                "properties": {
                  "key": {"type": "string", "minLength": 1, "description": "The header's name."},
                  "value": {"$ref": "#/$defs/text", "description": "The header's value."}
                },
                "required": ["key"]
              }
            },
            "headersToRemove": {"type": "array", "items": {"type": "string", "minLength": 1, "format": "header-name"}, "description": "Last of all, and by name."},
            "body": {"$ref": "#/$defs/text", "description": "The new body."},
            "passthrough": {"type": "object", "description": "The body stays, and is not waited for.", "additionalProperties": false, "properties": {}},
            "mergeExtractorsToBody": {"type": "object", "description": "The body as JSON, with the extractors in it.", "additionalProperties": false, "properties": {}},
            "parseBodyBehavior": {"enum": ["ParseAsJson", "DontParse"], "default": "ParseAsJson", "description": "Whether templates see the members of the body."},
            "ignoreErrorOnParse": {"type": "boolean", "description": "A body that is not JSON is then as if it were empty. Default false: status 400."},
            "dynamicMetadataValues": {
              "type": "array",
              "description": "What other filters and the access log can read, as '%DYNAMIC_METADATA(namespace:key)%'.",
              "items": {
                "type": "object",
                "additionalProperties": false,
                "properties": {
                  "metadataNamespace": {"type": "string", "description": "Default 'io.solo.transformation'."},
                  "key": {"type": "string", "minLength": 1, "description": "Of the value, in its namespace."},
                  "value": {"$ref": "#/$defs/text", "description": "An empty result is not written."}
                },
                "required": ["key"]
              }
            }
          },
          "oneOf": [{"required": ["body"]}, {"required": ["passthrough"]}, {"required": ["mergeExtractorsToBody"]}, {"not": {}}]
        },
        "text": {
          "type": "object",
          "additionalProperties": false,
          "properties": {"text": {"type": "string", "description": "A template: '{{ value }}', '{% if %}', '{% for %}', '{% set %}', '{# comment #}'."}}
        }
      }
    }
    """#
