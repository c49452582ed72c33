internal import SluicePlugin

/// Calls with the rights of a role: Envoy's Lambda filter knows none, so what it has signed is signed anew on the way to the upstream.
func contributeRole(to upstream: UpstreamSubject, _ aws: Option, region: String) {
    let role = aws["roleArn"]
    guard let arn = role.string else { return }
    let parts = arn.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
    guard parts.count == 6, parts[0] == "arn", parts[2] == "iam", parts[4].utf8.count == 12, parts[5].hasPrefix("role/"), arn.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
        return role.error("'\(arn)' is no role, such as arn:aws:iam::123456789012:role/caller")
    }
    var keys: Option?
    if aws["secretRef"].isPresent {
        guard let found = usableKeys(upstream.find("Secret", aws["secretRef"]), aws["secretRef"]) else { return }
        keys = found
    }
    upstream.envoy.typedExtensionProtocolOptions("envoy.extensions.upstreams.http.v3.HttpProtocolOptions", UpstreamsHttp.HttpProtocolOptions.self) { options in
        options.explicitHttpConfig { $0.httpProtocolOptions { _ in } }
        options.httpFilters { filter in
            filter.name("aws:role").typedConfig(FiltersHttpAwsRequestSigning.AwsRequestSigning.self) { signing in
                signing.serviceName("lambda").region(region)
                signing.credentialProvider { provider in
                    if keys == nil, aws["disableRoleChaining"].bool == true {
                        // At once by the identity that the platform gave to the proxy, without taking its own role first.
                        provider.customCredentialProviderChain(true).assumeRoleWithWebIdentityProvider { $0.roleArn(arn) }
                    } else {
                        provider.assumeRoleCredentialProvider { assumed in
                            assumed.roleArn(arn)
                            if let keys { assumed.credentialProvider { $0.inlineCredential { write(keys, to: $0) } } }
                        }
                    }
                }
            }
        }
        options.httpFilters { $0.name("envoy.filters.http.upstream_codec").typedConfig(FiltersHttpUpstreamCodec.UpstreamCodec.self) { _ in } }
    }
}

private func write(_ keys: Option, to out: CommonAws.InlineCredentialProvider) {
    guard let key = keys["accessKey"].text, let secret = keys["secretKey"].text else { return }
    out.accessKeyId(key).secretAccessKey(secret)
    if let token = keys["sessionToken"].text, !token.isEmpty { out.sessionToken(token) }
}

/// The `aws` of a Secret; nil when there is none, which is reported at the reference.
func usableKeys(_ secret: Option, _ reference: Option) -> Option? {
    let name = reference["name"].string ?? ""
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
