internal import SluicePlugin

/// Data that stands with the route, for filters and access logs to read: a map of namespaces, each with a map of its own.
func envoyMetadata(_ route: RouteSubject, _ metadata: Option) {
    guard metadata.isShallow else {
        return metadata.error("maps and lists in metadata may stand 16 deep in each other, and no deeper")
    }
    for namespace in metadata.elements where namespace.key.isEmpty { return namespace.error("a namespace of metadata needs a name") }
    route.envoy.metadata { out in
        for namespace in metadata.elements { out.filterMetadata(namespace.key) { $0.members(of: namespace) } }
    }
}
