let schema: StaticString = #"""
    {
      "listener": {
        "perConnectionBufferLimitBytes": {
          "type": "integer", "format": "uint32",
          "description": "How much is kept of each connection in each direction before Envoy stops reading. Envoy's own default is 1 MiB."
        },
        "socketOptions": {
          "type": "array",
          "description": "Options of the listening socket that Envoy has no field for; one that the system refuses keeps the listener from starting.",
          "items": {
            "type": "object",
            "additionalProperties": false,
            "oneOf": [{"required": ["intValue"]}, {"required": ["bufValue"]}],
            "properties": {
              "description": {"type": "string", "description": "For people."},
              "level": {"type": "integer", "format": "int64", "minimum": 0, "maximum": 2147483647, "description": "The first argument of setsockopt, as a number: 1 is SOL_SOCKET, 6 IPPROTO_TCP."},
              "name": {"type": "integer", "format": "int64", "minimum": 0, "maximum": 2147483647, "description": "The second argument of setsockopt, as a number: 9 is SO_KEEPALIVE."},
              "intValue": {"type": "integer", "format": "int64", "minimum": -2147483648, "maximum": 2147483647, "description": "The value, as a number."},
              "bufValue": {"type": "string", "format": "byte", "description": "The value, as bytes in base64."},
              "state": {
                "type": "string", "enum": ["STATE_PREBIND", "STATE_BOUND", "STATE_LISTENING"], "default": "STATE_PREBIND",
                "description": "When the option is set."
              }
            }
          }
        },
        "connectionBalanceConfig": {
          "type": "object",
          "description": "How new connections are spread over Envoy's threads.",
          "additionalProperties": false,
          "properties": {
            "exactBalance": {"type": "object", "additionalProperties": false, "description": "Each thread gets as many as the others: for few connections that live long."}
          },
          "required": ["exactBalance"]
        },
        "proxyProtocol": {
          "type": "object",
          "description": "The client's address comes by the PROXY protocol, version 1 or 2, in front of each connection.",
          "additionalProperties": false,
          "properties": {
            "rules": {
              "type": "array",
              "description": "Values (TLV) that version 2 carries and that become metadata of the connection.",
              "items": {
                "type": "object",
                "additionalProperties": false,
                "properties": {
                  "tlvType": {"type": "integer", "minimum": 0, "maximum": 255, "description": "The type of the value."},
                  "onTlvPresent": {
                    "type": "object",
                    "description": "Where it is written.",
                    "additionalProperties": false,
                    "properties": {
                      "metadataNamespace": {"type": "string", "description": "Unless it is given, envoy.filters.listener.proxy_protocol."},
                      "key": {"type": "string", "minLength": 1, "description": "Under which name."}
                    },
                    "required": ["key"]
                  }
                }
              }
            },
            "allowRequestsWithoutProxyProtocol": {
              "type": "boolean",
              "description": "Serve connections without it too. Only where no client can reach the port but through the load balancer: others could say any address."
            }
          }
        }
      }
    }
    """#
