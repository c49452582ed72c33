import APIResources
import ConfigStores
import ConfigTree

/// Configurations of any size: virtual services of ten routes each, and static upstreams.
struct Workload {
    var services: Int
    var upstreams: Int
    var options = Options.none

    /// What routes and upstreams carry.
    enum Options {
        case none
        /// Each route a timeout and header changes: two plugins.
        case two
        /// Three of ten routes a timeout, header changes and a fault: three plugins.
        case threeOnThirty
        /// Each route, or each upstream, one option of one plugin.
        case sample(PluginSample)
    }

    static let routesPerService = 10
    var routes: Int { services * Self.routesPerService }

    static func gateway(port: Int) -> String {
        """
        apiVersion: gateway.solo.io/v1
        kind: Gateway
        metadata: {name: http, namespace: gloo-system}
        spec: {bindAddress: 127.0.0.1, bindPort: \(port), httpGateway: {}}

        """
    }

    func upstream(_ number: Int) -> String {
        """
        apiVersion: gloo.solo.io/v1
        kind: Upstream
        metadata: {name: upstream-\(number), namespace: gloo-system}
        spec: {static: {hosts: [{addr: 10.0.\(number / 250).\(number % 250 + 1), port: 8080}]}\(upstreamOption)}

        """
    }

    private var upstreamOption: String {
        if case .sample(let sample) = options, sample.place == .upstream { ", \(sample.yaml)" } else { "" }
    }

    /// As flow YAML, for the route with this number in its service.
    private func routeOptions(_ route: Int) -> String? {
        let two = "timeout: 7s, headerManipulation: {requestHeadersToAdd: [{header: {key: x-route, value: '\(route)'}, append: false}], responseHeadersToRemove: [server]}"
        switch options {
        case .none: return nil
        case .two: return two
        case .threeOnThirty: return route < 3 ? two + ", faults: {abort: {percentage: 1, httpStatus: 503}}" : nil
        case .sample(let sample): return sample.place == .route ? sample.yaml : nil
        }
    }

    /// - Parameter revision: changes what one route of the service does.
    func service(_ number: Int, revision: Int = 0) -> String {
        var text = """
            apiVersion: gateway.solo.io/v1
            kind: VirtualService
            metadata: {name: service-\(number), namespace: gloo-system}
            spec:
              virtualHost:
                domains: [service-\(number).example]
                routes:

            """
        for route in 0..<Self.routesPerService {
            let path = route == 0 ? "/route-0-\(revision)" : "/route-\(route)"
            text += """
                    - matchers: [{prefix: \(path)}]
                      routeAction: {single: {upstream: {name: upstream-\((number * Self.routesPerService + route) % upstreams), namespace: gloo-system}}}

                """
            if let options = routeOptions(route) { text += "      options: {\(options)}\n" }
        }
        return text
    }

    /// All objects, read as a store reads them.
    func objects() throws -> [ConfigObject] {
        var texts = [Self.gateway(port: 8080)]
        texts += (0..<upstreams).map(upstream)
        texts += (0..<services).map { service($0) }
        return try texts.enumerated().map { try Self.object($1, file: "object-\($0).yaml") }
    }

    static func object(_ text: String, file: String) throws -> ConfigObject {
        try ObjectReader(defaultNamespace: "gloo-system").object(try YAML.parseOne(text, file: file).root)
    }
}
