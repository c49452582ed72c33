internal import SluicePlugin

/// What is believed of the client and passed on: its address, its certificate.
func writeClient(_ settings: Option, to manager: Manager) {
    if let isOn = settings["useRemoteAddress"].bool { manager.useRemoteAddress(isOn) }
    if let hops = settings["xffNumTrustedHops"].uint32 { manager.xffNumTrustedHops(hops) }
    if let isOn = settings["skipXffAppend"].bool { manager.skipXffAppend(isOn) }
    if let name = settings["via"].text { manager.via(name) }
    if let rule = choice(
        settings["forwardClientCertDetails"], ["SANITIZE", "FORWARD_ONLY", "APPEND_FORWARD", "SANITIZE_SET", "ALWAYS_FORWARD_ONLY"]
    ) {
        manager.forwardClientCertDetails(.init(rawValue: rule))
    }
    let details = settings["setCurrentClientCertDetails"]
    if details.isPresent {
        manager.setCurrentClientCertDetails { out in
            if let isOn = details["subject"].bool { out.subject(isOn) }
            if let isOn = details["cert"].bool { out.cert(isOn) }
            if let isOn = details["chain"].bool { out.chain(isOn) }
            if let isOn = details["dns"].bool { out.dns(isOn) }
            if let isOn = details["uri"].bool { out.uri(isOn) }
        }
    }
    let addresses = settings["internalAddressConfig"]
    guard addresses.isPresent, areUsable(addresses["cidrRanges"]) else { return }
    manager.internalAddressConfig { out in
        if let isOn = addresses["unixSockets"].bool { out.unixSockets(isOn) }
        for range in addresses["cidrRanges"].elements {
            out.cidrRanges { cidr in
                if let address = range["addressPrefix"].text { cidr.addressPrefix(address) }
                if let length = range["prefixLen"].uint32 { cidr.prefixLen(length) }
            }
        }
    }
}

/// Envoy refuses the whole listener for one range that it cannot read.
private func areUsable(_ ranges: Option) -> Bool {
    var areUsable = true
    for range in ranges.elements {
        let address = range["addressPrefix"].string ?? ""
        guard let family = IPFamily(of: address) else {
            range["addressPrefix"].error("'\(address)' is no IP address; write the range as addressPrefix: 10.0.0.0, prefixLen: 8")
            areUsable = false
            continue
        }
        if family == .v4, let length = range["prefixLen"].uint32, length > 32 {
            range["prefixLen"].error("an IPv4 address has 32 bits, and \(length) are too many")
            areUsable = false
        }
    }
    return areUsable
}
