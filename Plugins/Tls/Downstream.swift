internal import SluicePlugin

/// The server side of a filter chain.
func contributeServer(to chain: FilterChainSubject, _ config: Option) {
    guard let material = TlsMaterial(config, of: chain, plugin: plugin.name, needsCertificate: true), isUsableTls(config, material) else { return }
    let checksClient = material.trustedCa != nil && config["oneWayTls"].bool != true
    if let timeout = config["transportSocketConnectTimeout"].duration {
        chain.envoy.transportSocketConnectTimeout(seconds: timeout.seconds, nanos: timeout.nanos)
    }
    chain.envoy.transportSocket { socket in
        socket.name(tlsSocketName).typedConfig(TransportSocketsTls.DownstreamTlsContext.self) { context in
            context.commonTlsContext {
                writeTls(config, material, checksPeer: checksClient, protocols: ["h2", "http/1.1"], to: $0)
            }
            if checksClient { context.requireClientCertificate(true) }
            if config["disableTlsSessionResumption"].bool == true { context.disableStatelessSessionResumption(true) }
        }
    }
}
