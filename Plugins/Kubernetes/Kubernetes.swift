internal import SluicePlugin

/// Services of Kubernetes, by the DNS name that they have inside the cluster.
///
/// The addresses of pods need a client of the Kubernetes API, which this version does not have. The name of a Service leads to its
/// cluster address, behind which Kubernetes chooses the pod; of a headless Service, to the pods themselves.
let plugin = Plugin(
    name: "kubernetes",
    version: "1.0.0",
    description: "Upstreams that are Kubernetes Services, by their DNS names.",
    schema: schema,
    hooks: [.upstream("kube", contribute)]
)

private func contribute(to upstream: UpstreamSubject, _ kube: Option) {
    guard isLabel(kube["serviceName"]), isLabel(kube["serviceNamespace"]) else { return }
    // What discovery writes there is the Service's own.
    if kube["selector"].count > 0, !upstream.option("discoveryMetadata").isPresent {
        return kube["selector"].error(
            "the name of the Service leads to all its pods, and DNS tells none by labels; write a Service with this selector and name that, without 'selector' here"
        )
    }
    UpstreamHosts(kube: kube, of: upstream)?.write(to: upstream.envoy, name: upstream.name)
}

/// Whether it can be a part of a DNS name; it is reported when it cannot.
private func isLabel(_ option: Option) -> Bool {
    let text = option.string ?? ""
    if !text.contains("."), case .name = HostAddress("\(text).svc") { return true }
    option.error("'\(text)' cannot be the name of a Kubernetes object; it has lower case letters, digits and '-'")
    return false
}

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }

let schema: StaticString = #"""
    {
      "upstream": {
        "kube": {
          "type": "object",
          "description": "A Service of the Kubernetes cluster in which the proxy runs, reached as <serviceName>.<serviceNamespace>.svc.cluster.local. Another domain of the cluster stands in Settings, 'kubernetes.clusterDomain'.",
          "additionalProperties": false,
          "properties": {
            "serviceName": {"type": "string", "minLength": 1, "maxLength": 63, "examples": ["shop"], "description": "The Service."},
            "serviceNamespace": {"type": "string", "minLength": 1, "maxLength": 63, "examples": ["default"], "description": "Its namespace."},
            "servicePort": {"type": "integer", "minimum": 1, "maximum": 65535, "description": "The Service's port; of a headless Service, the pods'."},
            "selector": {"type": "object", "additionalProperties": {"type": "string"}, "description": "Labels of pods. Accepted only beside 'discoveryMetadata', where it is the Service's own."},
            "subsetSpec": {"x-sluice-refused": "subsets are told by the labels of pods, which DNS does not know; write a Service for each, with an Upstream of its own, and route to those"},
            "serviceSpec": {"type": "object", "description": "Functions of the upstream, which the 'destinationSpec' of routes names.", "x-sluice-hole": "serviceSpec", "additionalProperties": false}
          },
          "required": ["serviceName", "serviceNamespace", "servicePort"]
        }
      }
    }
    """#
