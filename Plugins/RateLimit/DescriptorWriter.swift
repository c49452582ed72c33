internal import SluicePlugin

/// Writes what the server is told about a request: lists of keys and values, in Envoy's words a descriptor each.
struct DescriptorWriter<Place: Subject> {
    private typealias RateLimit = EnvoyWire.Route.RateLimit
    /// Adds one descriptor to the subject.
    typealias Add = ((EnvoyWire.Route.RateLimit) -> Void) -> Void

    private let place: Place
    private let limits: LimitOption

    init(_ place: Place, _ limits: LimitOption) {
        self.place = place
        self.limits = limits
    }

    func write(_ option: Option, _ add: Add) {
        guard limits.namesConfigs else {
            for entry in option["rateLimits"].elements where !write(entry, of: nil, add) {
                entry.warning("this limits nothing: it has neither 'actions' nor 'setActions'")
            }
            return
        }
        for reference in option["refs"].elements { write(configOf: reference, add) }
    }

    private func write(configOf reference: Option, _ add: Add) {
        let name = reference["name"].text?.string ?? ""
        let namespace = reference["namespace"].text.flatMap { $0.isEmpty ? nil : $0 } ?? place.namespace
        let config = place.find("RateLimitConfig", reference)
        guard config.isPresent else {
            return reference.error("there is no RateLimitConfig '\(namespace.string).\(name)', or it is refused; what it limits is not served without it")
        }
        var writesAny = false
        for entry in config["raw"]["rateLimits"].elements where write(entry, of: "\(namespace.string).\(name)", add) { writesAny = true }
        if !writesAny {
            reference.warning("RateLimitConfig '\(namespace.string).\(name)' limits nothing: it has no 'rateLimits' with 'actions' or 'setActions'")
        }
    }

    /// - Parameter config: of which RateLimitConfig; its name goes before the actions, so that no other's rules count for them.
    /// - Returns: false when the entry describes nothing.
    private func write(_ entry: Option, of config: String?, _ add: Add) -> Bool {
        let (actions, setActions) = (entry["actions"], entry["setActions"])
        if actions.count > 0 {
            add { write(actions, of: config, isSet: false, limit: entry["limit"], to: $0) }
        }
        if setActions.count > 0 {
            add { write(setActions, of: config, isSet: true, limit: entry["limit"], to: $0) }
        }
        return actions.count + setActions.count > 0
    }

    private func write(_ actions: Option, of config: String?, isSet: Bool, limit: Option, to out: RateLimit) {
        out.stage(limits.stage)
        // Envoy only knows lists. By this the server sees that the order of what follows does not matter.
        if isSet { out.actions { $0.genericKey { $0.descriptorValue("solo.setDescriptor.uniqueValue" as StaticString) } } }
        if let config { out.actions { $0.genericKey { $0.descriptorValue(config) } } }
        for action in actions.elements { out.actions { write(action, isSet: isSet, to: $0) } }
        let key = limit["dynamicMetadata"]["metadataKey"]
        if key.isPresent { out.limit { $0.dynamicMetadata { $0.metadataKey { write(key: key, to: $0) } } } }
    }

    /// - Parameter isSet: rules of a set may be about some of its parts, so one that the request lacks is left out. A list is then not
    ///   sent at all.
    private func write(_ action: Option, isSet: Bool, to out: RateLimit.Action) {
        let (header, key, match, metadata) = (action["requestHeaders"], action["genericKey"], action["headerValueMatch"], action["metadata"])
        if header.isPresent {
            out.requestHeaders { out in
                if let name = header["headerName"].text { out.headerName(name) }
                if let key = header["descriptorKey"].text { out.descriptorKey(key) }
                if isSet { out.skipIfAbsent(true) }
            }
        } else if key.isPresent {
            out.genericKey { out in
                if let value = key["descriptorValue"].text { out.descriptorValue(value) }
            }
        } else if match.isPresent {
            out.headerValueMatch { out in
                if let value = match["descriptorValue"].text { out.descriptorValue(value) }
                if let expects = match["expectMatch"].bool { out.expectMatch(expects) }
                for header in match["headers"].elements { out.headers { write(header: header, to: $0) } }
            }
        } else if metadata.isPresent {
            out.metadata { out in
                if let key = metadata["descriptorKey"].text { out.descriptorKey(key) }
                out.metadataKey { write(key: metadata["metadataKey"], to: $0) }
                if let value = metadata["defaultValue"].text { out.defaultValue(value) }
                if let source = metadata["source"].text, source == "ROUTE_ENTRY" { out.source(.routeEntry) }
                if isSet { out.skipIfAbsent(true) }
            }
        } else if action["sourceCluster"].isPresent {
            out.sourceCluster { _ in }
        } else if action["destinationCluster"].isPresent {
            out.destinationCluster { _ in }
        } else {
            out.remoteAddress { _ in }
        }
    }

    private func write(key: Option, to out: EnvoyWire.TypeMetadata.MetadataKey) {
        if let name = key["key"].text { out.key(name) }
        for segment in key["path"].elements {
            if let name = segment["key"].text { out.path { $0.key(name) } }
        }
    }

    private func write(header: Option, to out: EnvoyWire.Route.HeaderMatcher) {
        if let name = header["name"].text { out.name(name) }
        let range = header["rangeMatch"]
        if let text = header["exactMatch"].text {
            out.stringMatch { $0.exact(text) }
        } else if let text = header["regexMatch"].text {
            out.stringMatch { $0.safeRegex { $0.regex(text) } }
        } else if let text = header["prefixMatch"].text {
            out.stringMatch { $0.prefix(text) }
        } else if let text = header["suffixMatch"].text {
            out.stringMatch { $0.suffix(text) }
        } else if range.isPresent {
            out.rangeMatch { $0.start(range["start"].int ?? 0).end(range["end"].int ?? 0) }
        } else {
            out.presentMatch(header["presentMatch"].bool ?? true)
        }
        if header["invertMatch"].bool == true { out.invertMatch(true) }
    }
}
