import ArgumentParser
import ConfigTree

struct Bootstrap: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the bootstrap configuration that makes an Envoy a proxy of this control plane.",
        discussion: "Start Envoy with it:  envoy -c <(sluice bootstrap)"
    )

    @Option(help: "Address of the xDS server.")
    var xdsHost = "127.0.0.1"

    @Option(help: "Port of the xDS server.")
    var xdsPort = 9977

    @Option(help: "Name of this Envoy, unique among the proxies.")
    var nodeId = "gateway-proxy-0"

    @Option(help: "Which configuration it gets: <namespace>~<proxy name>, the proxy name being one of a Gateway's 'proxyNames'.")
    var role = "gloo-system~gateway-proxy"

    @Option(help: "Port of Envoy's own pages, on 127.0.0.1; 0 takes a free one.")
    var adminPort = 19000

    @Option(
        help: """
            Form of the protocol: delta sends what changed, sotw the whole state; delta-separate and sotw-separate have streams of their own \
            for listeners and for clusters, and rest polls for these two.
            """
    )
    var variant = BootstrapDocument.Variant.delta

    @Option(help: ArgumentHelp("Speak TLS to the xDS server, which must show a certificate of these authorities, PEM.", valueName: "file"))
    var xdsCa: String?

    @Option(help: ArgumentHelp("The name or address in the server's certificate. Default: --xds-host.", valueName: "name"))
    var xdsServerName: String?

    @Option(help: ArgumentHelp("The certificate that the Envoy shows the xDS server, PEM.", valueName: "file"))
    var clientCert: String?

    @Option(help: ArgumentHelp("The private key of that certificate, PEM.", valueName: "file"))
    var clientKey: String?

    func validate() throws {
        for (name, port) in [("--xds-port", xdsPort), ("--admin-port", adminPort)] where !(0...65535).contains(port) {
            throw ValidationError("\(name) is a number from 0 to 65535, not \(port)")
        }
        guard (clientCert == nil) == (clientKey == nil) else { throw ValidationError("--client-cert and --client-key go together") }
        guard xdsCa != nil || (clientCert == nil && xdsServerName == nil) else {
            throw ValidationError("--client-cert and --xds-server-name are for TLS: they need --xds-ca")
        }
        guard role.contains("~") else { throw ValidationError("--role has the form <namespace>~<proxy name>, such as gloo-system~gateway-proxy") }
    }

    func run() {
        var document = BootstrapDocument(xdsHost: xdsHost, xdsPort: xdsPort, nodeID: nodeId, role: role, adminPort: adminPort, variant: variant)
        if let xdsCa {
            document.tls = BootstrapDocument.TLS(
                authority: xdsCa, serverName: xdsServerName ?? xdsHost,
                client: clientCert.flatMap { chain in clientKey.map { (chain, $0) } }
            )
        }
        print(document.yaml, terminator: "")
    }
}
