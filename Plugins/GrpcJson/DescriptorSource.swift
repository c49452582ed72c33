internal import SluicePlugin

/// Where the descriptors of a place come from.
enum DescriptorSource {
    case none
    /// A file in the proxy.
    case file(sluice_text_host)
    case bytes([UInt8])
    /// Something is wrong with them, which has been told.
    case unusable
}

func source(of option: Option, _ subject: some Subject) -> DescriptorSource {
    let (file, inline, reference) = (option["protoDescriptor"], option["protoDescriptorBin"], option["protoDescriptorConfigMap"])
    let services = option["services"]
    if let path = file.text, !path.isEmpty {
        warnWithoutServices(services, at: file)
        return .file(path)
    }
    let (at, text): (Option, sluice_text_host)
    if let encoded = inline.text, !encoded.isEmpty {
        (at, text) = (inline, encoded)
    } else if reference.isPresent {
        guard let found = entry(of: reference, subject) else { return .unusable }
        (at, text) = (reference, found)
    } else {
        guard services.count == 0 else {
            option.error("'services' need descriptors; set 'protoDescriptorConfigMap', 'protoDescriptorBin' or 'protoDescriptor'")
            return .unusable
        }
        return .none
    }
    guard let bytes = bytes(base64: text) else {
        at.error("the descriptors must be written in base64, as `base64 -w0 services.pb` prints them")
        return .unusable
    }
    guard let set = DescriptorSet(bytes) else {
        at.error("this is no set of descriptors; make one with protoc --include_imports --descriptor_set_out=services.pb")
        return .unusable
    }
    warnWithoutServices(services, at: at)
    return isUsable(set, services, at: at) ? .bytes(bytes) : .unusable
}

private func isUsable(_ set: DescriptorSet, _ services: Option, at: Option) -> Bool {
    // Without services Envoy does not look into the set.
    guard services.count > 0 else { return true }
    if let problem = set.problem {
        at.error("Envoy cannot use these descriptors: \(problem)")
        return false
    }
    var isUsable = true
    for service in services.elements {
        let name = service.string ?? ""
        if set.services[name] == nil {
            let names = set.services.keys.sorted().joined(separator: ", ")
            service.error("there is no service '\(name)' in the descriptors" + (names.isEmpty ? "" : "; there are \(names)"))
            isUsable = false
        } else if let problem = set.problem(ofService: name) {
            service.error(problem)
            isUsable = false
        }
    }
    return isUsable
}

private func warnWithoutServices(_ services: Option, at: Option) {
    if services.count == 0 { at.warning("without 'services' nothing is turned into gRPC here") }
}

/// The text of a ConfigMap's entry; nil when there is none, which has been told then.
private func entry(of reference: Option, _ subject: some Subject) -> sluice_text_host? {
    let target = reference["configMapRef"]
    let name = "\(target["namespace"].text.flatMap { $0.isEmpty ? nil : $0.string } ?? subject.namespace.string).\(target["name"].string ?? "")"
    let map = subject.find("Artifact", target)
    guard map.isPresent else {
        target.error("there is no ConfigMap (or Artifact) '\(name)'")
        return nil
    }
    let entries = map["data"]
    if let key = reference["key"].string, !key.isEmpty {
        for entry in entries.elements where entry.key.string == key { return entry.text }
        reference["key"].error("the ConfigMap '\(name)' has no key '\(key)'")
        return nil
    }
    guard entries.count == 1, let entry = entries.elements.first(where: { _ in true }) else {
        reference.error("the ConfigMap '\(name)' has \(entries.count) keys; say which with 'key'")
        return nil
    }
    return entry.text
}
