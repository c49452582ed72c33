internal import SluicePlugin

let schema = #"""
    {
      "httpListener": {
        "lua": {
          "type": "object",
          "description": "Run a script in Lua (LuaJIT, as Envoy's filter has it) on requests and responses. It runs with the rights of the proxy, and nothing limits its time.",
          "additionalProperties": false,
          "properties": {
            "source": {"$ref": "#/$defs/source"},
            "filterContext": {"$ref": "#/$defs/filterContext"},
            "filterStage": {"$ref": "#/$defs/filterStage", "description": "Where in the chain the filter stands, for scripts of places below too; AcceptedStage if not set."},
            "clearRouteCache": {"type": "boolean", "description": "Choose the route again when a script has changed headers of the request."}
          }
        }
      },
      "virtualHost": {"lua": {"$ref": "#/$defs/place"}},
      "route": {"lua": {"$ref": "#/$defs/place"}},
      "weightedDestination": {"lua": {"$ref": "#/$defs/place"}},
      "$defs": {
        "source": {
          "type": "string", "minLength": 1, "maxLength": 262144,
          "examples": ["function envoy_on_request(handle) handle:headers():add('x-lua', '1') end"],
          "description": "The script: functions envoy_on_request(handle) and envoy_on_response(handle), either or both. What stands outside of functions runs once in each thread, when the proxy gets the configuration; should that fail, requests are answered 500 and the proxy's log says why. An error later lets the request go on."
        },
        "filterContext": {"type": "object", "x-kubernetes-preserve-unknown-fields": true, "description": "Values for the script, which reads them with handle:filterContext():get('name')."},
        "place": {
          "type": "object",
          "description": "The nearest place with the option counts, alone: weighted destination, route, virtual host, listener.",
          "additionalProperties": false,
          "properties": {
            "disabled": {"type": "boolean", "description": "True: no script runs here."},
            "source": {"$ref": "#/$defs/source"},
            "filterContext": {"$ref": "#/$defs/filterContext"}
          },
          "oneOf": [{"not": {}}, {"required": ["disabled"]}, {"required": ["source"]}]
        },
        "filterStage": \#(FilterStage.schema)
      }
    }
    """#
