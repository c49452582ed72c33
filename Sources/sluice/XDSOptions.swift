import ArgumentParser
import Foundation
import XDSServer

/// Where the xDS server listens, and who may use it.
struct XDSOptions: ParsableArguments {
    @Option(help: "Address of the xDS server.")
    var xdsHost = "127.0.0.1"

    @Option(help: "Port of the xDS server; 0 takes a free one.")
    var xdsPort = 9977

    @Option(help: ArgumentHelp("Serve xDS with TLS: the server's certificate chain, PEM. A changed file is taken up without a restart.", valueName: "file"))
    var xdsTlsCert: String?

    @Option(help: ArgumentHelp("The private key of that certificate, PEM, not encrypted.", valueName: "file"))
    var xdsTlsKey: String?

    @Option(help: ArgumentHelp("Refuse clients that show no certificate of these authorities, PEM.", valueName: "file"))
    var xdsClientCa: String?

    @Option(
        help: ArgumentHelp(
            "Take certificate and key, and the client authorities if it has some, from a TLS Secret of the configuration instead.",
            valueName: "namespace/name"
        )
    )
    var xdsTlsSecret: String?

    @Option(
        help: ArgumentHelp(
            """
            A client certificate with this URI or DNS name may ask for this role, and for no other that no rule allows; repeatable. \
            Either may end with '*'. Without rules every client with a valid certificate may ask for every role.
            """,
            valueName: "san=role"
        )
    )
    var authorize: [String] = []

    @Flag(
        help: """
            Without --authorize, roles whose resources hold client secrets, API keys and passwords (extauth) are served to clients on \
            127.0.0.1 and ::1 alone. This serves them to whoever reaches the xDS port.
            """
    )
    var xdsAllowUnauthenticatedSecrets = false

    @Option(
        help: ArgumentHelp(
            "A key of node.metadata.labels, else of node.metadata, whose value names the proxy or the role where there is no node.metadata.role.",
            valueName: "key"
        )
    )
    var roleLabel: String?

    @Option(help: "Connections that the xDS server takes at most.")
    var xdsMaxConnections = XDSServer.Limits().connections

    @Option(
        help: ArgumentHelp(
            "End connections of proxies after this time, so that they spread anew over servers; 0 for never.", valueName: "seconds"
        )
    )
    var xdsConnectionAge = 0

    func validate() throws {
        guard (0...65535).contains(xdsPort) else { throw ValidationError("--xds-port is a number from 0 to 65535, not \(xdsPort)") }
        guard (xdsTlsCert == nil) == (xdsTlsKey == nil) else { throw ValidationError("--xds-tls-cert and --xds-tls-key go together") }
        guard xdsTlsSecret == nil || xdsTlsCert == nil else { throw ValidationError("give --xds-tls-secret, or --xds-tls-cert and --xds-tls-key, not both") }
        guard xdsClientCa == nil || xdsTlsCert != nil else { throw ValidationError("--xds-client-ca needs --xds-tls-cert and --xds-tls-key") }
        if let xdsTlsSecret, xdsTlsSecret.split(separator: "/", omittingEmptySubsequences: false).filter({ !$0.isEmpty }).count != 2 {
            throw ValidationError("--xds-tls-secret has the form <namespace>/<name>")
        }
        guard authorize.isEmpty || xdsClientCa != nil || xdsTlsSecret != nil else {
            throw ValidationError("--authorize looks at client certificates: it needs --xds-client-ca")
        }
        for text in authorize where XDSServer.AccessRule(text) == nil {
            throw ValidationError("--authorize has the form SAN=ROLE, such as spiffe://sluice/edge/*=edge~*; \"\(text)\" has not")
        }
        guard authorize.isEmpty || !xdsAllowUnauthenticatedSecrets else {
            throw ValidationError("--authorize says who may have which role, so --xds-allow-unauthenticated-secrets has no meaning beside it; leave one out")
        }
        guard xdsMaxConnections > 0, xdsConnectionAge >= 0 else { throw ValidationError("--xds-max-connections is above 0, --xds-connection-age not below") }
    }

    var configuration: XDSServer.Configuration {
        var configuration = XDSServer.Configuration(host: xdsHost, port: xdsPort)
        if let xdsTlsCert, let xdsTlsKey {
            configuration.tls = XDSServer.TLS(certificateChain: xdsTlsCert, privateKey: xdsTlsKey, clientAuthority: xdsClientCa)
        }
        configuration.access = XDSServer.Access(rules: authorize.compactMap { XDSServer.AccessRule($0) })
        configuration.access.allowsUnauthenticatedSecrets = xdsAllowUnauthenticatedSecrets
        configuration.roleLabel = roleLabel
        configuration.limits.connections = xdsMaxConnections
        configuration.limits.connectionAge = .seconds(xdsConnectionAge)
        return configuration
    }

    /// Namespace and name.
    var tlsSecret: (String, String)? {
        guard let parts = xdsTlsSecret?.split(separator: "/"), parts.count == 2 else { return nil }
        return (String(parts[0]), String(parts[1]))
    }
}
