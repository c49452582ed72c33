internal import SluicePlugin

/// One function as a destination calls it.
struct Invocation {
    private let arn: String
    private let host: String
    private let isAsynchronous: Bool
    private let wrapsAsJson: Bool
    private let credentials: Credentials

    private enum Credentials {
        case keys(Option)
        /// The proxy finds them itself.
        case found
        /// What is signed here is signed anew with those of a role.
        case ofRole
    }

    /// Nil when it cannot be called, which is reported.
    init?(_ spec: Option, of subject: some DestinedSubject) {
        let upstream = subject.destination
        // A missing upstream has its own report.
        guard upstream.isPresent else { return nil }
        let aws = upstream["aws"]
        guard aws.isPresent else {
            spec.error("the upstream of this destination is none of type 'aws'")
            return nil
        }
        let options = subject.glooSettings["gloo"]["awsOptions"]
        guard let function = Self.function(spec, aws, takesFirst: options["fallbackToFirstFunction"].bool == true),
            let arn = Self.arn(function, aws, spec), let endpoint = LambdaEndpoint(aws)
        else { return nil }
        let secret = aws["secretRef"]
        if secret.isPresent {
            // References in an upstream mean its own namespace.
            guard let keys = usableKeys(subject.findBesideDestination("Secret", secret), secret) else { return nil }
            credentials = aws["roleArn"].isPresent ? .ofRole : .keys(keys)
        } else if options["enableCredentialsDiscovey"].bool == true || options["serviceAccountCredentials"].isPresent {
            credentials = aws["roleArn"].isPresent ? .ofRole : .found
        } else {
            spec.error(
                "the upstream has no credentials: name a Secret under its 'secretRef', or let proxies find their own with 'gloo.awsOptions.enableCredentialsDiscovey' in Settings"
            )
            return nil
        }
        let overrides = aws["destinationOverrides"]
        isAsynchronous = (spec["invocationStyle"].string ?? overrides["invocationStyle"].string) == "ASYNC"
        wrapsAsJson = spec["wrapAsJson"].bool ?? overrides["wrapAsJson"].bool ?? false
        self.arn = arn
        host = endpoint.port == (endpoint.usesTls ? 443 : 80) ? endpoint.host : "\(endpoint.host):\(endpoint.port)"
    }

    private static func function(_ spec: Option, _ aws: Option, takesFirst: Bool) -> Option? {
        let named = spec["logicalName"].isPresent ? spec["logicalName"] : aws["destinationOverrides"]["logicalName"]
        let wanted = named.string ?? ""
        for function in aws["lambdaFunctions"].elements {
            let name = function["logicalName"].string ?? function["lambdaFunctionName"].string ?? ""
            if name == wanted || takesFirst && wanted.isEmpty { return function }
        }
        if takesFirst, let first = aws["lambdaFunctions"].elements.first(where: { _ in true }) { return first }
        (spec["logicalName"].isPresent ? spec["logicalName"] : spec).error(
            wanted.isEmpty ? "say which function: 'logicalName' is one of the upstream's 'lambdaFunctions'" : "the upstream has no function '\(wanted)' among its 'lambdaFunctions'"
        )
        return nil
    }

    /// The whole name of the function, with its version or alias.
    private static func arn(_ function: Option, _ aws: Option, _ spec: Option) -> String? {
        let name = function["lambdaFunctionName"].string ?? ""
        let qualifier = function["qualifier"].string.flatMap { $0.isEmpty ? nil : ":\($0)" } ?? ""
        if name.hasPrefix("arn:") { return name + qualifier }
        guard let endpoint = LambdaEndpoint(aws) else { return nil }
        guard let account = aws["awsAccountId"].string else {
            spec.error("the account of the function is not known, which Envoy needs; write 'awsAccountId' into the upstream, or the function's ARN as its 'lambdaFunctionName'")
            return nil
        }
        return "\(endpoint.arn):\(account):function:\(name)\(qualifier)"
    }

    func write(to config: FiltersHttpAwsLambda.Config) {
        config.arn(arn).hostRewrite(host)
        if !wrapsAsJson { config.payloadPassthrough(true) }
        if isAsynchronous { config.invocationMode(.asynchronous) }
        switch credentials {
        case .keys(let keys):
            guard let key = keys["accessKey"].text, let secret = keys["secretKey"].text else { return }
            config.credentials { out in
                out.accessKeyId(key).secretAccessKey(secret)
                if let token = keys["sessionToken"].text, !token.isEmpty { out.sessionToken(token) }
            }
        case .ofRole: config.credentials { $0.accessKeyId("of-the-role").secretAccessKey("of-the-role") }
        case .found: break
        }
    }
}
