internal import SluicePlugin

/// What of a request chooses the host, where the upstream balances by a hash.
func lbHash(_ route: RouteSubject, _ option: Option) {
    guard route.routesToDestination else {
        return option.error("'lbHash' chooses a host of an upstream, and this route has no 'routeAction'; remove it")
    }
    route.envoy.route { action in
        for policy in option["hashPolicies"].elements { action.hashPolicy { write(policy, to: $0) } }
    }
}

private func write(_ policy: Option, to out: Route.RouteAction.HashPolicy) {
    if let header = policy["header"].text { out.header { $0.headerName(header) } }
    let cookie = policy["cookie"]
    if cookie.isPresent {
        out.cookie { out in
            if let name = cookie["name"].text { out.name(name) }
            // Zero is a cookie for the session, and none at all makes Envoy set no cookie.
            if let ttl = cookie["ttl"].duration { out.ttl(seconds: ttl.seconds, nanos: ttl.nanos) }
            if let path = cookie["path"].text, !path.isEmpty { out.path(path) }
        }
    }
    if let sourceIP = policy["sourceIp"].bool { out.connectionProperties { $0.sourceIp(sourceIP) } }
    if let terminal = policy["terminal"].bool { out.terminal(terminal) }
}
