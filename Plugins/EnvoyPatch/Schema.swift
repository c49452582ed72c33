internal import SluicePlugin

let schema = #"""
    {
      "upstream": {"envoyPatch": {"type": "object", "description": "Fields of envoy.config.cluster.v3.Cluster, laid over the cluster of this upstream: scalars are replaced, lists grow, messages unite; entries of maps and typed configurations ('@type') are replaced whole. Sluice checks names and types of fields; what they mean Envoy checks, and until it agrees this cluster stays as it was."}},
      "route": {"envoyPatch": {"type": "object", "description": "Fields of envoy.config.route.v3.Route, laid over this route, but for its match. What Envoy refuses holds up the whole route table of the listener."}},
      "virtualHost": {"envoyPatch": {"type": "object", "description": "Fields of envoy.config.route.v3.VirtualHost, laid over this virtual host, but for its domains. Routes in it come after all others. What Envoy refuses holds up the whole route table of the listener."}},
      "weightedDestination": {"envoyPatch": {"type": "object", "description": "Fields of envoy.config.route.v3.WeightedCluster.ClusterWeight, laid over this destination, but for its weight."}},
      "listener": {"envoyListenerPatch": {"type": "object", "description": "Fields of envoy.config.listener.v3.Listener, laid over this listener, but for its address."}},
      "tcpListener": {"envoyTcpProxyPatch": {"type": "object", "description": "Fields of envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy, laid over the proxy of each TCP host."}},
      "httpListener": {
        "envoyConnectionManagerPatch": {"type": "object", "description": "Fields of envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager, laid over that of this listener; but for its filters, which stand in 'envoyHttpFilters'. With 'upgrade_configs' of its own, websocket is one of those to write."},
        "envoyHttpFilters": {
          "type": "array",
          "description": "HTTP filters as Envoy has them, in this order where they stand at one stage. With a mistake in one, none is added and the listener serves as before. Their settings for a single route go into the 'typed_per_filter_config' of its 'envoyPatch'.",
          "items": {
            "type": "object",
            "additionalProperties": false,
            "properties": {
              "filter": {"type": "object", "examples": [{"name": "size", "typedConfig": {"@type": "type.googleapis.com/envoy.extensions.filters.http.buffer.v3.Buffer", "maxRequestBytes": 4096}}], "description": "An envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter: 'name', 'typed_config' with its '@type', and so on."},
              "filterStage": {"$ref": "#/$defs/filterStage", "description": "Where it stands among the filters; before the router, if not set."}
            },
            "required": ["filter"]
          }
        }
      },
      "$defs": {
        "filterStage": \#(FilterStage.schema)
      }
    }
    """#
