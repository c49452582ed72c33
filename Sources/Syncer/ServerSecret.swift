internal import APIResources
internal import ConfigTree
internal import Emitter
internal import HashTreeCollections
internal import Synchronization
internal import XDSServer

/// The TLS Secret of the configuration with which the xDS server itself is served.
final class ServerSecret: Sendable {
    private let ref: ResourceRef
    private let material = Mutex<XDSServer.TLS.Material?>(nil)

    init(namespace: String, name: String) {
        ref = ResourceRef(namespace: namespace, name: name)
    }

    /// Takes what a snapshot has. One that is gone, or is refused, leaves what was there: the server goes on with it.
    func update(from snapshot: Snapshot) {
        guard let tls = snapshot[.secret][ref]?.spec["tls"], let chain = tls["certChain"]?.text, let key = tls["privateKey"]?.text else { return }
        let authority = tls["rootCa"]?.text ?? ""
        let new = XDSServer.TLS.Material(
            certificateChain: Array(chain.utf8), privateKey: Array(key.utf8), clientAuthority: authority.isEmpty ? nil : Array(authority.utf8)
        )
        material.withLock { $0 = new }
    }

    var tls: XDSServer.TLS {
        XDSServer.TLS(source: "Secret \(ref.namespace)/\(ref.name)") { [self] in material.withLock { $0 } }
    }
}
