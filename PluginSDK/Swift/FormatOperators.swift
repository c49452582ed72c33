/// What is wrong with a text in which Envoy replaces operators, such as `%REQ(x-id)%`: it refuses all that the text is a part of.
///
/// - Parameter isLog: whether it is a line of an access log, which knows more operators than a header does.
public func problemOfFormat(_ value: sluice_text_host, isLog: Bool = false) -> String? {
    var index = 0
    while index < value.length {
        guard value.bytes[index] == UInt8(ascii: "%") else {
            index += 1
            continue
        }
        index += 1
        if index < value.length, value.bytes[index] == UInt8(ascii: "%") {
            index += 1
            continue
        }
        let start = index
        while index < value.length, isOperatorByte(value.bytes[index]) { index += 1 }
        let name = text(value, start..<index)
        guard !name.isEmpty else { return "a single '%' begins an operator such as %REQ(x-id)%; write %% for a percent sign" }
        var argument: String?
        if index < value.length, value.bytes[index] == UInt8(ascii: "(") {
            let start = index + 1
            while index < value.length, value.bytes[index] != UInt8(ascii: ")") { index += 1 }
            argument = text(value, start..<index)
            index += 1
        }
        let isCut = index < value.length && value.bytes[index] == UInt8(ascii: ":")
        if isCut {
            index += 1
            let start = index
            while index < value.length, value.bytes[index] >= 0x30, value.bytes[index] <= 0x39 { index += 1 }
            guard (1...9).contains(index - start) else { return "operator %\(name)% has ':' without a length" }
        }
        guard index < value.length, value.bytes[index] == UInt8(ascii: "%") else {
            return "the operator that begins with '%\(name)' does not end with '%'; write %% for a percent sign"
        }
        if let problem = problemOfOperator(name, argument: argument, isCut: isCut, isLog: isLog) { return problem }
        index += 1
    }
    return nil
}

private func text(_ value: sluice_text_host, _ range: Range<Int>) -> String {
    String(decoding: value.array[range], as: UTF8.self)
}

private func isOperatorByte(_ byte: UInt8) -> Bool {
    (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x30 && byte <= 0x39) || byte == UInt8(ascii: "_")
}

/// The operators that Envoy 1.40 replaces, as it answered when each was put to it.
private func problemOfOperator(_ name: String, argument: String?, isCut: Bool, isLog: Bool) -> String? {
    if isCut, !cuttable.contains(name), !(isLog && name == "REQ_WITHOUT_QUERY") { return "operator %\(name)% takes no length (':number')" }
    if withArgument.contains(name) || (isLog && onlyInLogs.contains(name)) {
        guard let argument, !argument.isEmpty else { return "operator %\(name)% needs an argument, as in %\(name)(...)%" }
        return isUsable(argument, of: name) ? nil : "operator %\(name)% cannot have the argument '\(argument)'"
    }
    if withOptionalArgument.contains(name) { return nil }
    guard withoutArgument.contains(name) else { return "'%\(name)%' is no operator that can be used here; write %% for a percent sign" }
    return argument == nil ? nil : "operator %\(name)% takes no argument"
}

/// What can be wrong inside the brackets.
private func isUsable(_ argument: String, of name: String) -> Bool {
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
    switch name {
    case "METADATA": return parts.count > 1 && metadataPlaces.contains(String(parts[0]))
    case "FILTER_STATE", "UPSTREAM_FILTER_STATE": return parts.count == 1 || (parts.count == 2 && ["PLAIN", "TYPED"].contains(parts[1]))
    // A header, and one to take in its place.
    case "REQ", "REQ_WITHOUT_QUERY", "RESP", "TRAILER", "REQUEST_HEADER", "RESPONSE_HEADER", "RESPONSE_TRAILER", "STREAM_INFO_REQ":
        return argument.utf8.count { $0 == UInt8(ascii: "?") } < 2
    case "CEL": return isPath(argument)
    default: return true
    }
}

/// Of CEL what is sure to be read: a path such as `request.headers['x-id']`. Envoy refuses the listener for an expression with a mistake.
private func isPath(_ expression: String) -> Bool {
    var rest = expression[...]
    let root = rest.prefix(while: isWordCharacter)
    guard roots.contains(String(root)) else { return false }
    rest = rest.dropFirst(root.count)
    while let first = rest.first {
        rest = rest.dropFirst()
        if first == "." {
            let member = rest.prefix(while: isWordCharacter)
            guard let first = member.first, !first.isNumber, !["false", "in", "null", "true"].contains(member) else { return false }
            rest = rest.dropFirst(member.count)
        } else if first == "[", let quote = rest.first, quote == "'" || quote == "\"" {
            let key = rest.dropFirst().prefix { $0 != quote }
            rest = rest.dropFirst(key.count + 1)
            guard !key.isEmpty, !key.contains("\\"), rest.starts(with: [quote, "]"]) else { return false }
            rest = rest.dropFirst(2)
        } else {
            return false
        }
    }
    return true
}

private func isWordCharacter(_ character: Character) -> Bool {
    character.isASCII && (character.isLetter || character.isNumber || character == "_")
}

private let roots: Set = ["connection", "destination", "filter_state", "metadata", "request", "response", "source", "upstream", "xds"]

private let metadataPlaces: Set = ["DYNAMIC", "CLUSTER", "ROUTE", "UPSTREAM_HOST", "LISTENER", "VIRTUAL_HOST"]

private let withArgument: Set = [
    "CLUSTER_METADATA", "DYNAMIC_METADATA", "ENVIRONMENT", "FILTER_STATE", "METADATA", "QUERY_PARAM", "REQ", "REQUEST_HEADER",
    "RESP", "RESPONSE_HEADER", "RESPONSE_TRAILER", "STREAM_INFO_REQ", "TRAILER", "UPSTREAM_FILTER_STATE", "UPSTREAM_METADATA",
]

private let onlyInLogs: Set = ["CEL", "REQ_WITHOUT_QUERY"]

private let withOptionalArgument: Set = [
    "DOWNSTREAM_DIRECT_LOCAL_ADDRESS_WITHOUT_PORT", "DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT",
    "DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT", "DOWNSTREAM_PEER_CERT_V_END", "DOWNSTREAM_PEER_CERT_V_START",
    "DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT", "EMIT_TIME", "EMIT_TIME_LOCAL", "RESPONSE_CODE_DETAILS", "START_TIME",
    "START_TIME_LOCAL", "UPSTREAM_LOCAL_ADDRESS_WITHOUT_PORT", "UPSTREAM_PEER_CERT_V_END", "UPSTREAM_PEER_CERT_V_START",
    "UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT",
]

private let withoutArgument: Set = [
    "ACCESS_LOG_TYPE", "BYTES_RECEIVED", "BYTES_RETRANSMITTED", "BYTES_SENT", "CONNECTION_ID", "CONNECTION_TERMINATION_DETAILS",
    "CUSTOM_FLAGS", "DOWNSTREAM_CX_RTT", "DOWNSTREAM_DECOMPRESSED_HEADER_BYTES_RECEIVED",
    "DOWNSTREAM_DECOMPRESSED_HEADER_BYTES_SENT", "DOWNSTREAM_DETECTED_CLOSE_TYPE", "DOWNSTREAM_DIRECT_LOCAL_ADDRESS",
    "DOWNSTREAM_DIRECT_LOCAL_ADDRESS_ENDPOINT_ID", "DOWNSTREAM_DIRECT_LOCAL_PORT", "DOWNSTREAM_DIRECT_REMOTE_ADDRESS",
    "DOWNSTREAM_DIRECT_REMOTE_PORT", "DOWNSTREAM_HANDSHAKE_DURATION", "DOWNSTREAM_HEADER_BYTES_RECEIVED",
    "DOWNSTREAM_HEADER_BYTES_SENT", "DOWNSTREAM_LOCAL_ADDRESS", "DOWNSTREAM_LOCAL_ADDRESS_ENDPOINT_ID",
    "DOWNSTREAM_LOCAL_CLOSE_REASON", "DOWNSTREAM_LOCAL_DNS_SAN", "DOWNSTREAM_LOCAL_EMAIL_SAN", "DOWNSTREAM_LOCAL_IP_SAN",
    "DOWNSTREAM_LOCAL_OTHERNAME_SAN", "DOWNSTREAM_LOCAL_PORT", "DOWNSTREAM_LOCAL_SUBJECT", "DOWNSTREAM_LOCAL_URI_SAN",
    "DOWNSTREAM_PEER_CERT", "DOWNSTREAM_PEER_CHAIN_FINGERPRINTS_1", "DOWNSTREAM_PEER_CHAIN_FINGERPRINTS_256",
    "DOWNSTREAM_PEER_CHAIN_SERIALS", "DOWNSTREAM_PEER_DNS_SAN", "DOWNSTREAM_PEER_EMAIL_SAN", "DOWNSTREAM_PEER_FINGERPRINT_1",
    "DOWNSTREAM_PEER_FINGERPRINT_256", "DOWNSTREAM_PEER_IP_SAN", "DOWNSTREAM_PEER_ISSUER", "DOWNSTREAM_PEER_ISSUER_FINGERPRINT_256",
    "DOWNSTREAM_PEER_ISSUER_SERIAL", "DOWNSTREAM_PEER_OTHERNAME_SAN", "DOWNSTREAM_PEER_SERIAL", "DOWNSTREAM_PEER_SUBJECT",
    "DOWNSTREAM_PEER_URI_SAN", "DOWNSTREAM_REMOTE_ADDRESS", "DOWNSTREAM_REMOTE_PORT", "DOWNSTREAM_TLS_CIPHER",
    "DOWNSTREAM_TLS_GROUP", "DOWNSTREAM_TLS_SESSION_ID", "DOWNSTREAM_TLS_VERSION", "DOWNSTREAM_TRANSPORT_FAILURE_REASON",
    "DOWNSTREAM_WIRE_BYTES_RECEIVED", "DOWNSTREAM_WIRE_BYTES_SENT", "DURATION", "GRPC_STATUS", "GRPC_STATUS_NUMBER", "HOSTNAME",
    "LOCAL_REPLY_BODY", "PACKETS_RETRANSMITTED", "PATH", "PROTOCOL", "QUERY_PARAMS", "REQUESTED_SERVER_NAME", "REQUEST_DURATION",
    "REQUEST_HEADERS_BYTES", "REQUEST_TX_DURATION", "RESPONSE_CODE", "RESPONSE_DURATION", "RESPONSE_FLAGS", "RESPONSE_FLAGS_LONG",
    "RESPONSE_HEADERS_BYTES", "RESPONSE_TRAILERS_BYTES", "RESPONSE_TX_DURATION", "ROUNDTRIP_DURATION", "ROUTE_NAME",
    "ROUTE_RESOLUTION_COUNT", "ROUTE_RESOLUTION_TIME_US", "SPAN_ID", "STREAM_ID", "TLS_JA3_FINGERPRINT", "TLS_JA4_FINGERPRINT",
    "TRACE_ID", "UNIQUE_ID", "UPSTREAM_CLUSTER", "UPSTREAM_CLUSTER_RAW", "UPSTREAM_CONNECTION_ID",
    "UPSTREAM_CONNECTION_IDS_ATTEMPTED", "UPSTREAM_CONNECTION_POOL_READY_DURATION", "UPSTREAM_DECOMPRESSED_HEADER_BYTES_RECEIVED",
    "UPSTREAM_DECOMPRESSED_HEADER_BYTES_SENT", "UPSTREAM_DETECTED_CLOSE_TYPE", "UPSTREAM_HEADER_BYTES_RECEIVED",
    "UPSTREAM_HEADER_BYTES_SENT", "UPSTREAM_HOST", "UPSTREAM_HOSTS_ATTEMPTED", "UPSTREAM_HOSTS_ATTEMPTED_WITHOUT_PORT",
    "UPSTREAM_HOST_NAME", "UPSTREAM_HOST_NAMES_ATTEMPTED", "UPSTREAM_HOST_NAMES_ATTEMPTED_WITHOUT_PORT",
    "UPSTREAM_HOST_NAME_WITHOUT_PORT", "UPSTREAM_LOCAL_ADDRESS", "UPSTREAM_LOCAL_CLOSE_REASON", "UPSTREAM_LOCAL_DNS_SAN",
    "UPSTREAM_LOCAL_IP_SAN", "UPSTREAM_LOCAL_PORT", "UPSTREAM_LOCAL_URI_SAN", "UPSTREAM_PEER_CERT", "UPSTREAM_PEER_DNS_SAN",
    "UPSTREAM_PEER_IP_SAN", "UPSTREAM_PEER_ISSUER", "UPSTREAM_PEER_SUBJECT", "UPSTREAM_PEER_URI_SAN", "UPSTREAM_PROTOCOL",
    "UPSTREAM_REMOTE_ADDRESS", "UPSTREAM_REMOTE_ADDRESS_ENDPOINT_ID", "UPSTREAM_REMOTE_PORT", "UPSTREAM_REQUEST_ATTEMPT_COUNT",
    "UPSTREAM_SERVER_NAME", "UPSTREAM_TLS_CIPHER", "UPSTREAM_TLS_GROUP", "UPSTREAM_TLS_SESSION_ID", "UPSTREAM_TLS_VERSION",
    "UPSTREAM_TRANSPORT_FAILURE_REASON", "UPSTREAM_WIRE_BYTES_RECEIVED", "UPSTREAM_WIRE_BYTES_SENT", "VIRTUAL_CLUSTER_NAME",
]

/// A length behind them, as in %REQ(x-id):10%, cuts what they become.
private let cuttable: Set = [
    "DYNAMIC_METADATA", "ENVIRONMENT", "FILTER_STATE", "PATH", "QUERY_PARAM", "QUERY_PARAMS", "REQ", "REQUEST_HEADER", "RESP",
    "RESPONSE_HEADER", "RESPONSE_TRAILER", "STREAM_INFO_REQ", "TRAILER", "UPSTREAM_FILTER_STATE",
]
