internal import SluicePlugin

let schema = #"""
    {
      "httpListener": {
        "dynamicModules": {
          "type": "array",
          "description": "Filters that are shared libraries, for all requests of the listener. Within a stage they stand in this order.",
          "items": {
            "type": "object",
            "additionalProperties": false,
            "properties": {
              "name": {"type": "string", "format": "header-name", "minLength": 1, "x-sluice-path": "load", "description": "Of the library: 'mine' is libmine.so, which lies where the proxy's ENVOY_DYNAMIC_MODULES_SEARCH_PATH says. Envoy refuses the listener when it is not there."},
              "filterName": {"type": "string", "format": "header-name", "description": "Which of the library's filters."},
              "config": {
                "description": "Handed to the filter when it starts: text, or a map, which it gets as JSON.",
                "x-kubernetes-preserve-unknown-fields": true
              },
              "doNotClose": {"type": "boolean", "description": "Keep the library loaded when nothing uses it any more, as libraries with threads or a runtime of their own need it."},
              "loadGlobally": {"type": "boolean", "description": "Let libraries that are loaded later see its symbols."},
              "filterStage": {"$ref": "#/$defs/filterStage", "description": "Where in the chain the filter stands; AcceptedStage if not set."}
            },
            "required": ["name"]
          }
        }
      },
      "$defs": {
        "filterStage": \#(FilterStage.schema)
      }
    }
    """#
