internal import SluicePlugin

/// Functions of AWS Lambda as destinations.
///
/// The upstream is the region's Lambda endpoint; a destination names the function (`destinationSpec.aws`). Envoy's filter turns the request
/// into an invocation, signed with the upstream's credentials; it is on each listener as soon as there is such an upstream, and off but
/// for destinations that name a function.
let plugin = Plugin(
    name: "aws",
    version: "1.0.0",
    description: "Functions of AWS Lambda as destinations.",
    schema: schema,
    hooks: [
        .upstream("aws", contributeCluster),
        .httpFilter("aws") { filters, _ in
            filters.add(filterName, stage: .outAuth, isDisabled: true, FiltersHttpAwsLambda.Config.self) { config in
                // Envoy wants one, though no request is sent there.
                config.arn("arn:aws:lambda:us-east-1:000000000000:function:none")
            }
        },
        .route("aws") { route, spec in
            guard route.leavesPathAndHost("the function's"), let call = Invocation(spec, of: route) else { return }
            route.envoy.typedPerFilterConfig(filterName, FiltersHttpAwsLambda.PerRouteConfig.self) { $0.invokeConfig(call.write) }
        },
        .weightedDestination("aws") { destination, spec in
            guard let call = Invocation(spec, of: destination) else { return }
            destination.envoy.typedPerFilterConfig(filterName, FiltersHttpAwsLambda.PerRouteConfig.self) { $0.invokeConfig(call.write) }
        },
    ],
    minorVersion: 2
)

/// Also the key of the per-route configuration.
private let filterName: StaticString = "envoy.filters.http.aws_lambda"

private func contributeCluster(to upstream: UpstreamSubject, _ aws: Option) {
    guard areUsable(aws), let endpoint = LambdaEndpoint(aws) else { return }
    // The upstream's own TLS takes the place of one that checks nothing, as Gloo has it.
    let hasOwn = upstream.option("sslConfig").isPresent || !endpoint.usesTls
    upstream.envoy.leads(to: endpoint.host, port: endpoint.port, cluster: upstream.name, tls: hasOwn ? nil : UpstreamTls())
    // Without it the filter lets requests pass as they are.
    upstream.envoy.metadata { $0.filterMetadata("com.amazonaws.lambda") { $0.fields("egress_gateway") { $0.boolValue(true) } } }
    contributeRole(to: upstream, aws, region: aws["region"].string ?? "")
}

/// Whether functions can be told apart, and the account is one.
private func areUsable(_ aws: Option) -> Bool {
    var names: Set<String> = []
    for function in aws["lambdaFunctions"].elements {
        let name = function["logicalName"]
        guard names.insert(name.string ?? function["lambdaFunctionName"].string ?? "").inserted else {
            (name.isPresent ? name : function["lambdaFunctionName"]).error("two functions have this name; give one of them a 'logicalName' of its own")
            return false
        }
        guard isUsable(function, region: aws["region"].string ?? "") else { return false }
    }
    if let account = aws["awsAccountId"].string, account.utf8.count != 12 || !account.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) {
        aws["awsAccountId"].error("an account of AWS has 12 digits; write them in quotes")
        return false
    }
    return true
}

private func isUsable(_ function: Option, region: String) -> Bool {
    func consists(_ text: String, of more: String) -> Bool {
        text.utf8.allSatisfy { byte in
            (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || more.utf8.contains(byte)
        }
    }
    let name = function["lambdaFunctionName"].string ?? ""
    guard consists(name, of: name.hasPrefix("arn:") ? "-_:" : "-_"), !name.hasPrefix("arn:") || name.split(separator: ":").count == 7 else {
        function["lambdaFunctionName"].error("'\(name)' is no name of a function; write letters, digits, '-' and '_', or its whole ARN without a version")
        return false
    }
    // The signature is for the ARN's region, and the host is the upstream's.
    if name.hasPrefix("arn:"), name.split(separator: ":")[3] != region {
        function["lambdaFunctionName"].error("this function is in another region than '\(region)'; write it into an upstream of its region")
        return false
    }
    guard consists(function["qualifier"].string ?? "", of: "-_$") else {
        function["qualifier"].error("'\(function["qualifier"].string ?? "")' is neither a version nor an alias")
        return false
    }
    return true
}

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }
