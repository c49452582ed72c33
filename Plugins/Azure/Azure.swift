internal import SluicePlugin

/// Functions of Azure as destinations.
///
/// The upstream is the host of a function app; a destination names the function (`destinationSpec.azure`): its path takes the place of
/// the request's, whose query stays, and its key goes into a header.
let plugin = Plugin(
    name: "azure",
    version: "1.0.0",
    description: "Functions of Azure as destinations.",
    schema: schema,
    hooks: [
        .upstream("azure", contributeCluster),
        .route("azure", contribute),
        .weightedDestination("azure") { _, spec in
            spec.error("a function cannot be one of several destinations, since Envoy rewrites the path of a route as a whole; write a route for it alone")
        },
    ],
    minorVersion: 2
)

private func contributeCluster(to upstream: UpstreamSubject, _ azure: Option) {
    guard let host = host(azure) else { return }
    var names: Set<String> = []
    for function in azure["functions"].elements {
        let name = function["functionName"].string ?? ""
        guard isName(name) else { return function["functionName"].error("'\(name)' is no name of a function; write letters, digits, '-' and '_'") }
        guard names.insert(name).inserted else { return function["functionName"].error("two functions have this name") }
    }
    let hasOwn = upstream.option("sslConfig").isPresent || azure["endpoint"]["plaintext"].bool == true
    upstream.envoy.leads(to: host.name, port: host.port, cluster: upstream.name, tls: hasOwn ? nil : UpstreamTls())
}

private func contribute(to route: RouteSubject, _ spec: Option) {
    let upstream = route.destination
    // A missing upstream has its own report.
    guard upstream.isPresent else { return }
    let azure = upstream["azure"]
    guard azure.isPresent else { return spec.error("the upstream of this destination is none of type 'azure'") }
    let wanted = spec["functionName"].string ?? ""
    guard let function = azure["functions"].elements.first(where: { $0["functionName"].string == wanted }) else {
        return spec["functionName"].error("the upstream has no function '\(wanted)' among its 'functions'")
    }
    guard route.leavesPathAndHost("the function's"), let key = key(function, azure, of: route) else { return }
    route.envoy.route { action in
        action.pathRewrite("/api/\(wanted)")
        action.hostRewriteLiteral("\(azure["functionAppName"].string ?? "").azurewebsites.net")
    }
    guard !key.isEmpty else { return }
    route.envoy.requestHeadersToAdd { header in
        header.header { $0.key("x-functions-key").value(key) }
        header.appendAction(.overwriteIfExistsOrAdd)
    }
}

/// The key of a function as the value of a header: the function's own, else that of the app. Empty when it needs none; nil when there is
/// none or it cannot be sent, which is reported.
private func key(_ function: Option, _ azure: Option, of route: RouteSubject) -> String? {
    let level = function["authLevel"].string ?? "Anonymous"
    guard level != "Anonymous" else { return "" }
    let reference = azure["secretRef"]
    guard reference.isPresent else {
        function.error("calls of this function need a key; name a Secret with 'azure.apiKeys' under 'secretRef' of the upstream")
        return nil
    }
    let name = reference["name"].string ?? ""
    let secret = route.findBesideDestination("Secret", reference)
    guard secret.isPresent else {
        reference.error("there is no usable Secret '\(name)'; the status of the Secret says more if it exists")
        return nil
    }
    let wanted = function["functionName"].string ?? ""
    func named(_ name: String) -> Option? { secret["azure"]["apiKeys"].elements.first { $0.key.string == name } }
    guard let text = ((level == "Admin" ? nil : named(wanted)) ?? named("_master"))?.string, !text.isEmpty else {
        let keys = level == "Admin" ? "no '_master'" : "neither '\(wanted)' nor '_master'"
        reference.error("Secret '\(name)' has \(keys) among its 'azure.apiKeys'")
        return nil
    }
    guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
        reference.error("the key of '\(wanted)' in Secret '\(name)' has letters that no header can carry")
        return nil
    }
    // A percent sign would begin an operator.
    return text.split(separator: "%", omittingEmptySubsequences: false).joined(separator: "%%")
}

private func isName(_ text: String) -> Bool {
    text.utf8.allSatisfy { byte in
        (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }
}

/// Where the app is; nil when its name is none, which is reported.
private func host(_ azure: Option) -> (name: String, port: UInt32)? {
    let app = azure["functionAppName"].string ?? ""
    guard !app.contains("."), case .name = HostAddress("\(app).azurewebsites.net") else {
        azure["functionAppName"].error("'\(app)' is no name of a function app: it stands before .azurewebsites.net")
        return nil
    }
    let endpoint = azure["endpoint"]
    guard let address = endpoint["address"].string else { return ("\(app).azurewebsites.net", 443) }
    guard HostAddress(address) != nil else {
        endpoint["address"].error("'\(address)' is neither an IP address nor a DNS name; the port goes under 'port'")
        return nil
    }
    return (address, endpoint["port"].uint32 ?? (endpoint["plaintext"].bool == true ? 80 : 443))
}

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }

let schema: StaticString = #"""
    {
      "upstream": {
        "azure": {
          "type": "object",
          "description": "The functions of an app of Azure. A destination says by 'destinationSpec.azure' which of them it calls.",
          "additionalProperties": false,
          "properties": {
            "functionAppName": {"type": "string", "minLength": 1, "maxLength": 63, "examples": ["pets"], "description": "The app, at <functionAppName>.azurewebsites.net."},
            "secretRef": {
              "type": "object",
              "description": "A Secret with 'azure.apiKeys': keys by function, and _master for all others.",
              "additionalProperties": false,
              "properties": {"name": {"type": "string", "minLength": 1}, "namespace": {"type": "string"}},
              "required": ["name"]
            },
            "functions": {
              "type": "array",
              "description": "What destinations can call.",
              "items": {
                "type": "object",
                "additionalProperties": false,
                "properties": {
                  "functionName": {"type": "string", "minLength": 1, "maxLength": 128, "examples": ["hello"], "description": "Its name."},
                  "authLevel": {"type": "string", "enum": ["Anonymous", "Function", "Admin"], "default": "Anonymous", "description": "Which key is sent, as x-functions-key: none, the function's own or else _master, or _master."}
                },
                "required": ["functionName"]
              }
            },
            "endpoint": {
              "type": "object",
              "description": "Another address at which the app is reached, such as a private endpoint; the Host stays the app's. Not in Gloo.",
              "additionalProperties": false,
              "properties": {
                "address": {"type": "string", "minLength": 1, "examples": ["10.0.0.1", "private.example"], "description": "An IP address or a DNS name."},
                "port": {"type": "integer", "minimum": 1, "maximum": 65535, "description": "443, or 80 for plain text, if not set."},
                "plaintext": {"type": "boolean", "description": "Speak no TLS."}
              },
              "required": ["address"]
            }
          },
          "required": ["functionAppName"]
        }
      },
      "destinationSpec": {
        "azure": {
          "type": "object",
          "description": "A function of an upstream of type 'azure'. The request goes to /api/<functionName>, with its own query.",
          "additionalProperties": false,
          "properties": {"functionName": {"type": "string", "minLength": 1, "examples": ["hello"], "description": "One of the upstream's 'functions'."}},
          "required": ["functionName"]
        }
      }
    }
    """#
