let schema: StaticString = #"""
    {
      "upstream": {
        "useHttp2": {"type": "boolean", "description": "Speak HTTP/2 with the upstream, as gRPC needs."},
        "protocolSelection": {
          "type": "string", "enum": ["USE_CONFIGURED_PROTOCOL", "USE_DOWNSTREAM_PROTOCOL"], "default": "USE_CONFIGURED_PROTOCOL",
          "description": "USE_DOWNSTREAM_PROTOCOL speaks with the upstream the version that the client speaks."
        },
        "initialStreamWindowSize": {
          "type": "integer", "minimum": 65535, "maximum": 2147483647, "description": "Bytes that the upstream may send on a stream of HTTP/2 before it waits."
        },
        "initialConnectionWindowSize": {
          "type": "integer", "minimum": 65535, "maximum": 2147483647, "description": "Bytes that the upstream may send on a connection of HTTP/2 before it waits."
        },
        "maxConcurrentStreams": {"type": "integer", "minimum": 1, "maximum": 2147483647, "description": "Requests under way at once on one connection of HTTP/2."},
        "overrideStreamErrorOnInvalidHttpMessage": {"type": "boolean", "description": "An invalid message of HTTP/2 ends its stream and not the connection."}
      }
    }
    """#
