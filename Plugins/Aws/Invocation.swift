internal import SluicePlugin

/// One function as a destination calls it.
struct Invocation {
    private let arn: String
    private let host: String
    private let isAsynchronous: Bool
    private let wrapsAsJson: Bool
    /// Absent when the proxy finds them itself.
    private let credentials: Option?

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
            guard let found = Self.credentials(secret, of: subject) else { return nil }
            credentials = found
        } else if options["enableCredentialsDiscovey"].bool == true || options["serviceAccountCredentials"].isPresent {
            credentials = nil
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

    /// The `aws` of a Secret. References in an upstream mean its own namespace.
    private static func credentials(_ reference: Option, of subject: some DestinedSubject) -> Option? {
        let name = reference["name"].string ?? ""
        let secret = subject.findBesideDestination("Secret", reference)
        guard secret.isPresent else {
            reference.error("there is no usable Secret '\(name)'; the status of the Secret says more if it exists")
            return nil
        }
        let aws = secret["aws"]
        guard aws["accessKey"].text?.isEmpty == false, aws["secretKey"].text?.isEmpty == false else {
            reference.error("Secret '\(name)' has no 'aws' with 'accessKey' and 'secretKey'")
            return nil
        }
        return aws
    }

    func write(to config: FiltersHttpAwsLambda.Config) {
        config.arn(arn).hostRewrite(host)
        if !wrapsAsJson { config.payloadPassthrough(true) }
        if isAsynchronous { config.invocationMode(.asynchronous) }
        guard let credentials, let key = credentials["accessKey"].text, let secret = credentials["secretKey"].text else { return }
        config.credentials { out in
            out.accessKeyId(key).secretAccessKey(secret)
            if let token = credentials["sessionToken"].text, !token.isEmpty { out.sessionToken(token) }
        }
    }
}
