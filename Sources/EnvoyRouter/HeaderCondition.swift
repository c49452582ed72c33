internal import EnvoyDescriptors

/// Envoy's HeaderMatcher.
struct HeaderCondition: Sendable {
    private enum Form: Sendable {
        case present(Bool)
        case text(StringCondition)
        case range(Range<Int>)
    }

    private let name: String
    private let form: Form
    private let isInverted: Bool
    private let missingIsEmpty: Bool

    init(_ json: ProtoJSON) {
        name = (json["name"]?.text ?? "").asciiLowercased
        isInverted = json.flag("invert_match")
        missingIsEmpty = json.flag("treat_missing_header_as_empty")
        if let match = json["string_match"] {
            form = .text(StringCondition(match))
        } else if let match = StringCondition(header: json) {
            form = .text(match)
        } else if let range = json["range_match"] {
            let start = range["start"]?.int ?? 0
            form = .range(start..<max(start, range["end"]?.int ?? 0))
        } else {
            form = .present(json["present_match"]?.bool ?? true)
        }
    }

    func verdict(_ request: EffectiveRequest) -> Verdict {
        let values = request.values(of: name)
        if case .present(let wanted) = form {
            let isThere = !values.isEmpty || missingIsEmpty
            if (isThere == wanted) != isInverted { return .holds }
            return .fails(isThere ? "\(title) is there, and the route is for requests without it" : "\(title) is missing")
        }
        // An inverted condition too is one on a value.
        guard !values.isEmpty || missingIsEmpty else { return .fails("\(title) is missing") }
        if request.isGenerated(name) { return .depends("\(title) is made by Envoy, and its value is not known here") }
        // Each value is looked at by itself; they are not joined to a list.
        let judged = (values.isEmpty ? [""] : values).map(matches)
        let isMatched: Bool? = judged.contains(true) ? true : judged.contains(nil) ? nil : false
        let shown = values.isEmpty ? "empty" : values.map { "'\($0)'" }.joined(separator: " and ")
        return Verdict(
            isMatched.map { $0 != isInverted },
            isInverted ? "\(title) is \(shown), which the route excludes" : "\(title) is \(shown), \(mismatch)",
            depends: "\(title): \(reason)"
        )
    }

    private func matches(_ value: String) -> Bool? {
        switch form {
        case .present: true
        case .text(let condition): condition.matches(value)
        case .range(let range): Int(value.trimmed).map(range.contains) ?? false
        }
    }

    private var mismatch: String {
        switch form {
        case .text(let condition): condition.mismatch
        case .range(let range): "not a number from \(range.lowerBound) to \(range.upperBound - 1)"
        case .present: ""
        }
    }

    private var reason: String { if case .text(let condition) = form { condition.reason } else { "" } }

    private var title: String {
        switch name {
        case ":method": "the method"
        case ":path": "the path with its query"
        case ":authority", "host": "the host"
        case ":scheme": "the scheme"
        default: "the header '\(name)'"
        }
    }
}

/// Envoy's QueryParameterMatcher. Names and values are compared as they stand in the URL, escapes and all.
struct QueryCondition: Sendable {
    private let name: String
    private let condition: StringCondition?
    private let wantsPresence: Bool

    init(_ json: ProtoJSON) {
        name = json["name"]?.text ?? ""
        condition = json["string_match"].map { StringCondition($0) }
        wantsPresence = json["present_match"]?.bool ?? true
    }

    func verdict(_ request: EffectiveRequest) -> Verdict {
        // Of a parameter that is there twice, the first counts.
        let value = request.query.first { $0.name == name }?.value
        let title = "the query parameter '\(name)'"
        guard let condition else {
            if (value != nil) == wantsPresence { return .holds }
            return .fails(value == nil ? "\(title) is missing" : "\(title) is there, and the route is for requests without it")
        }
        guard let value else { return .fails("\(title) is missing") }
        return Verdict(
            condition.matches(value), "\(title) is '\(value)', \(condition.mismatch)", depends: "\(title): \(condition.reason)"
        )
    }
}
