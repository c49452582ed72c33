internal import SluicePlugin

/// gRPC-Web, which browsers speak, translated to gRPC for the upstream.
let plugin = Plugin(
    name: "grpcweb",
    version: "1.0.0",
    description: "Translates requests of gRPC-Web to gRPC.",
    schema: #"""
        {
          "httpListener": {
            "grpcWeb": {
              "type": "object",
              "description": "Translates gRPC-Web to gRPC on this listener. Gloo does it everywhere; here it is done where this option stands.",
              "additionalProperties": false,
              "properties": {"disable": {"type": "boolean", "description": "True switches it off again."}}
            }
          }
        }
        """#,
    hooks: [
        .httpFilter("grpcWeb") { filters, grpcWeb in
            if grpcWeb["disable"].bool == true { return }
            filters.add("envoy.filters.http.grpc_web", stage: .authZ, place: .after, FiltersHttpGrpcWeb.GrpcWeb.self)
        }
    ]
)

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }
