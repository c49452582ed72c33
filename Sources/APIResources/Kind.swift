/// The kinds of object that Sluice reads, with their names in Kubernetes manifests and in Gloo's file layout.
package enum Kind: String, CaseIterable, Sendable, Hashable, Comparable {
    case gateway = "Gateway"
    case matchableHttpGateway = "MatchableHttpGateway"
    case virtualService = "VirtualService"
    case routeTable = "RouteTable"
    case virtualHostOption = "VirtualHostOption"
    case routeOption = "RouteOption"
    case proxy = "Proxy"
    case upstream = "Upstream"
    case upstreamGroup = "UpstreamGroup"
    case authConfig = "AuthConfig"
    case rateLimitConfig = "RateLimitConfig"
    case graphQLApi = "GraphQLApi"
    case secret = "Secret"
    case artifact = "Artifact"
    case endpoint = "Endpoint"
    case settings = "Settings"

    package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }

    /// API group and version, as `apiVersion` spells them.
    package var apiVersion: String {
        switch self {
        case .gateway, .matchableHttpGateway, .virtualService, .routeTable, .virtualHostOption, .routeOption: "gateway.solo.io/v1"
        case .proxy, .upstream, .upstreamGroup, .secret, .artifact, .endpoint, .settings: "gloo.solo.io/v1"
        case .authConfig: "enterprise.gloo.solo.io/v1"
        case .rateLimitConfig: "ratelimit.solo.io/v1alpha1"
        case .graphQLApi: "graphql.gloo.solo.io/v1beta1"
        }
    }

    /// The folder of Gloo's file layout, and the resource name of the Kubernetes API.
    package var plural: String {
        switch self {
        case .gateway: "gateways"
        case .matchableHttpGateway: "httpgateways"
        case .virtualService: "virtualservices"
        case .routeTable: "routetables"
        case .virtualHostOption: "virtualhostoptions"
        case .routeOption: "routeoptions"
        case .proxy: "proxies"
        case .upstream: "upstreams"
        case .upstreamGroup: "upstreamgroups"
        case .authConfig: "authconfigs"
        case .rateLimitConfig: "ratelimitconfigs"
        case .graphQLApi: "graphqlapis"
        case .secret: "secrets"
        case .artifact: "artifacts"
        case .endpoint: "endpoints"
        case .settings: "settings"
        }
    }
}
