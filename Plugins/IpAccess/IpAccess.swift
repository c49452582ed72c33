internal import SluicePlugin

/// Who may ask, by the client's address.
///
/// Envoy's filter is RBAC's, in an instance of its own, so that it goes together with the option `rbac`. It stands before all that
/// asks who somebody is.
let plugin = Plugin(
    name: "ipaccess",
    version: "1.0.0",
    description: "Lets requests pass, or refuses them, by the client's address.",
    schema: schema,
    hooks: [
        // Without lists of the listener's it lets everybody pass, and the places below say who may.
        .httpFilter("ipAccess") { filters, access in
            filters.add(filterName, stage: .waf, place: .before, FiltersHttpRbac.RBAC.self) { write(access, to: $0) }
        },
        .virtualHost("ipAccess") { virtualHost, access in
            virtualHost.envoy.typedPerFilterConfig(filterName, FiltersHttpRbac.RBACPerRoute.self) { write(access, to: $0) }
        },
        .route("ipAccess") { route, access in
            route.envoy.typedPerFilterConfig(filterName, FiltersHttpRbac.RBACPerRoute.self) { write(access, to: $0) }
        },
    ]
)

/// Also the key of the per-route configuration.
private let filterName: StaticString = "envoy.filters.http.rbac.ip_access"

/// Without lists an empty message, which is no check at all.
private func write(_ access: Option, to out: FiltersHttpRbac.RBACPerRoute) {
    if access["allow"].isPresent || access["deny"].count > 0 { out.rbac { write(access, to: $0) } }
}

private func write(_ access: Option, to out: FiltersHttpRbac.RBAC) {
    let (allow, deny) = (access["allow"], access["deny"])
    guard allow.isPresent || deny.count > 0 else { return }
    let isDirect = access["source"].string == "DIRECT"
    out.rulesStatPrefix("ip_access." as StaticString)
    out.rules { rules in
        rules.action(.allow)
        rules.policies("ip_access" as StaticString) { policy in
            policy.permissions { $0.any(true) }
            policy.principals { principal in
                principal.andIds { all in
                    if allow.isPresent { all.ids { $0.orIds { add(allow, isDirect, to: $0) } } }
                    if deny.count > 0 { all.ids { $0.notId { $0.orIds { add(deny, isDirect, to: $0) } } } }
                }
            }
        }
    }
}

private func add(_ ranges: Option, _ isDirect: Bool, to out: Rbac.Principal.Set) {
    for range in ranges.elements {
        let text = range.string ?? ""
        guard let parsed = AddressRange(text) else {
            range.error("'\(text)' is no range of addresses; write one like 10.0.0.0/8 or 2001:db8::/32, or a single address")
            continue
        }
        out.ids { id in
            if isDirect { id.directRemoteIp { parsed.write(to: $0) } } else { id.remoteIp { parsed.write(to: $0) } }
        }
    }
}

/// An address and how many of its first bits count.
private struct AddressRange {
    let address: Substring
    let length: UInt32

    /// Nil when the text is none. Without a length all bits count.
    init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let family = IPFamily(of: String(parts[0])) else { return nil }
        let limit: UInt32 = family == .v4 ? 32 : 128
        address = parts[0]
        guard parts.count == 2 else {
            length = limit
            return
        }
        guard (1...3).contains(parts[1].utf8.count), parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let length = UInt32(parts[1]), length <= limit
        else { return nil }
        self.length = length
    }

    func write(to out: Core.CidrRange) {
        out.addressPrefix(address).prefixLen(length)
    }
}

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }
