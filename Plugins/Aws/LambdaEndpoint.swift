internal import SluicePlugin

/// Where a region's functions are called.
struct LambdaEndpoint {
    let host: String
    let port: UInt32
    let usesTls: Bool
    /// As ARNs begin: `arn:aws:lambda:us-east-1`.
    let arn: String

    /// Of an upstream's `aws`. Nil when the region is none, or the host, which is reported.
    init?(_ aws: Option) {
        let region = aws["region"].string ?? ""
        guard !region.isEmpty, region.utf8.allSatisfy({ ($0 >= 0x61 && $0 <= 0x7a) || ($0 >= 0x30 && $0 <= 0x39) || $0 == UInt8(ascii: "-") }) else {
            aws["region"].error("'\(region)' is no region of AWS, such as us-east-1")
            return nil
        }
        let isChina = region.hasPrefix("cn-")
        arn = "arn:\(isChina ? "aws-cn" : region.hasPrefix("us-gov-") ? "aws-us-gov" : "aws"):lambda:\(region)"
        let endpoint = aws["endpoint"]
        if let address = endpoint["address"].string {
            guard HostAddress(address) != nil else {
                endpoint["address"].error("'\(address)' is neither an IP address nor a DNS name; the port goes under 'port'")
                return nil
            }
            host = address
        } else {
            host = "lambda.\(region).amazonaws.com\(isChina ? ".cn" : "")"
        }
        usesTls = endpoint["plaintext"].bool != true
        port = endpoint["port"].uint32 ?? (usesTls ? 443 : 80)
    }
}
