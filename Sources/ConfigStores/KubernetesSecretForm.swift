internal import ConfigTree

/// What a Kubernetes Secret holds for Gloo, told by its type, its keys or an annotation. In Gloo's order: the first that fits counts.
package enum KubernetesSecretForm: Sendable, Hashable {
    /// `tls.crt`, `tls.key` and `ca.crt`.
    case tls
    /// `aws_access_key_id` and its companions, in a Secret of any type.
    case aws
    /// `api-key`; all other keys are what is known of the client.
    case apiKey
    /// `client-secret`.
    case oauth
    /// `username` and `password`.
    case credentials
    /// Each key is a field of Gloo's Secret, and its value the field's YAML: what glooctl writes.
    case fields
    /// Each key is a request header.
    case headers

    package static let accessKey = "aws_access_key_id"
    package static let secretKey = "aws_secret_access_key"

    /// Nil for a Secret of another program's type.
    init?(_ secret: ConfigValue) {
        let type = secret["type"]?.text ?? "Opaque"
        func has(_ key: String) -> Bool { secret["data"]?[key: key] != nil || secret["stringData"]?[key: key] != nil }
        let isMarked = secret["metadata"]?["annotations"]?[key: "resource_kind"]?.text == "*v1.Secret"
        switch type {
        case "kubernetes.io/tls": self = .tls
        case _ where has(Self.accessKey) && has(Self.secretKey): self = .aws
        case "extauth.solo.io/apikey": self = .apiKey
        case "extauth.solo.io/oauth": self = .oauth
        case "extauth.solo.io/accountcredentials": self = .credentials
        case _ where isMarked: self = .fields
        case "gloo.solo.io/header", "Opaque", "": self = .headers
        default: return nil
        }
    }
}
