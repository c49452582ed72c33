package import APIResources
internal import ConfigStores
internal import ConfigTree
package import Emitter

/// From a gateway to its listener: which virtual services it takes, and how they share it.
package struct GatewaySelection {
    package let plan: ListenerPlan?
    package let reports: [Report]

    /// Sets the isolation of virtual hosts by their TLS configuration for one gateway.
    private static let isolationAnnotation = "gateway.solo.io/isolate_vhost"

    package init(_ gateway: StoredObject, writeNamespace: String, _ reader: SnapshotReader) {
        let spec = Gateway(gateway.spec)
        let settings = reader.settings()
        var builder = ListenerBuilder(
            source: gateway,
            name: "listener-\(spec.bindAddress)-\(spec.bindPort)",
            reader: reader,
            isolates: Self.bool(gateway.object.annotations[Self.isolationAnnotation]) ?? settings.isolatesVirtualHostsBySslConfig
        )
        plan = Self.plan(spec, gateway, writeNamespace, settings, &builder)
        reports = builder.reports
    }

    private static func plan(
        _ spec: Gateway, _ gateway: StoredObject, _ writeNamespace: String, _ settings: Settings, _ builder: inout ListenerBuilder
    ) -> ListenerPlan? {
        if gateway.id.ref.namespace != writeNamespace, !settings.readGatewaysFromAllNamespaces {
            builder.report(
                .warning,
                "gateways are read from namespace '\(writeNamespace)' only; move this one, or set 'gateway.readGatewaysFromAllNamespaces' in Settings"
            )
            return nil
        }
        guard ListenerBuilder.isAddress(spec.bindAddress) else {
            builder.report(.error, at: gateway.spec["bindAddress"], "'\(spec.bindAddress)' is not an IP address; '0.0.0.0' and '::' listen on all")
            return nil
        }
        if let http = spec.http {
            let base = HttpChainBase(
                owner: gateway, options: OwnedValue(gateway, http.options), statPrefix: "http", match: ChainMatch(),
                routesName: "\(builder.name)-\(builder.routesWord)", sslDefaults: builder.oneWayDefault
            )
            builder.addHttp(base, builder.virtualServices(of: http, in: gateway, isSSL: spec.isSSL), isSSL: spec.isSSL, at: nil)
        } else if let tcp = spec.tcp {
            builder.addTcpChains(tcp, in: gateway)
        } else if let hybrid = spec.hybrid {
            builder.addHybridChains(hybrid)
        } else {
            builder.report(.error, "a gateway needs a type: write 'httpGateway: {}', 'tcpGateway' or 'hybridGateway'")
            return nil
        }
        return builder.plan(
            gateway.spec,
            address: spec.bindAddress,
            port: spec.bindPort,
            proxies: spec.proxyNames.map { ResourceRef(namespace: writeNamespace, name: $0) }
        )
    }

    /// What Go's parser of bools takes, as Gloo reads the annotation.
    private static func bool(_ text: String?) -> Bool? {
        switch text {
        case "1", "t", "T", "true", "TRUE", "True": true
        case "0", "f", "F", "false", "FALSE", "False": false
        default: nil
        }
    }
}
