internal import SluicePlugin

let schema = #"""
    {
      "httpListener": {
        "wasm": {
          "type": "object",
          "description": "Filters that are WebAssembly modules, for all requests of the listener.",
          "additionalProperties": false,
          "properties": {
            "filters": {
              "type": "array",
              "description": "Within a stage they stand in this order.",
              "items": {
                "type": "object",
                "additionalProperties": false,
                "properties": {
                  "image": {"x-sluice-refused": "'image' cannot run on stock Envoy: it pulls no OCI images; put the module into the proxy's file system and name it with 'filePath', or on a web server and name it with 'remote'"},
                  "filePath": {"type": "string", "minLength": 1, "format": "line", "x-sluice-path": "load", "description": "The module, a file in the proxy's file system. Envoy refuses the listener when it is not there."},
                  "remote": {
                    "type": "object",
                    "description": "The module, fetched by the proxy when it gets the configuration; the listener waits for it. An addition to Gloo's.",
                    "additionalProperties": false,
                    "properties": {
                      "upstream": {
                        "type": "object",
                        "description": "The Upstream of the web server.",
                        "additionalProperties": false,
                        "properties": {
                          "name": {"type": "string", "minLength": 1, "description": "Of the Upstream."},
                          "namespace": {"type": "string", "description": "That of the object with the option, if not set."}
                        },
                        "required": ["name"]
                      },
                      "uri": {"type": "string", "examples": ["https://modules.example/filter.wasm"], "description": "The whole address, https://modules.example/filter.wasm; its host is sent, and the upstream decides where to."},
                      "sha256": {"type": "string", "examples": ["3a7bd3e2360a3d29eea436fcfb7e44c735d117c42d1c1835420b6b9942dd4f1b"], "description": "Of the module, as sha256sum prints it; another one is not run."},
                      "timeout": {"type": "string", "format": "duration", "default": "30s", "examples": ["5s"], "description": "Of one attempt; less than 1h."}
                    },
                    "required": ["upstream", "uri", "sha256"]
                  },
                  "config": {
                    "description": "Handed to the module when it starts: text, or a map, which it gets as JSON; or as Gloo has it, {'@type': type.googleapis.com/google.protobuf.StringValue, value: text}, or BytesValue or Struct.",
                    "x-kubernetes-preserve-unknown-fields": true
                  },
                  "filterStage": {"$ref": "#/$defs/filterStage", "description": "Where in the chain the filter stands; AcceptedStage if not set."},
                  "name": {"type": "string", "format": "header-name", "description": "Tells filters apart, in the proxy's log and counters; the place in the list if not set."},
                  "rootId": {"type": "string", "format": "line", "description": "Which of the module's root contexts, if it has several."},
                  "vmType": {"type": "string", "enum": ["V8"], "default": "V8", "description": "The machine; stock Envoy has no WAVM."},
                  "failOpen": {"type": "boolean", "description": "True: requests pass when the module cannot be loaded or fails; otherwise they are answered 503."}
                },
                "oneOf": [{"required": ["filePath"]}, {"required": ["remote"]}, {"required": ["image"]}]
              }
            }
          }
        }
      },
      "$defs": {
        "filterStage": \#(FilterStage.schema)
      }
    }
    """#
