internal import SluicePlugin

/// Upstreams that listen on a Unix socket of the proxy's own machine.
let plugin = Plugin(
    name: "pipe",
    version: "1.0.0",
    description: "Upstreams behind a Unix socket.",
    schema: schema,
    hooks: [.upstream("pipe", contribute)]
)

/// What the system takes of a socket's path: 108 bytes, the last of which ends it.
private let longestPath = 107

private func contribute(to upstream: UpstreamSubject, _ pipe: Option) {
    guard let path = pipe["path"].text else { return }
    guard path.length <= longestPath else {
        return pipe["path"].error("the path of a Unix socket can be \(longestPath) bytes long, and this one is \(path.length); use a shorter one")
    }
    upstream.envoy.type(.static).loadAssignment { assignment in
        assignment.clusterName(upstream.name)
        assignment.endpoints { locality in
            locality.lbEndpoints { $0.endpoint { $0.address { $0.pipe { $0.path(path) } } } }
        }
    }
}

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }

let schema: StaticString = #"""
    {
      "upstream": {
        "pipe": {
          "type": "object",
          "description": "A Unix socket on the machine of the proxy.",
          "additionalProperties": false,
          "properties": {
            "path": {
              "type": "string", "format": "line", "minLength": 1,
              "description": "Of the socket, in the proxy's file system; with @ at the start it is in Linux's abstract namespace."
            },
            "serviceSpec": {"x-sluice-refused": "'serviceSpec' is not handled on upstreams: write 'grpcJsonTranscoder' on the routes to this upstream, or on the HTTP gateway, in place of the one here; functions of REST and gRPC upstreams need the transformation filter of Gloo's own Envoy"}
          },
          "required": ["path"]
        }
      }
    }
    """#
