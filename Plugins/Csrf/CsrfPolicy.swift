internal import SluicePlugin

/// Writes a policy, or for an absent one the policy that checks nothing.
func write(_ csrf: Option, to policy: FiltersHttpCsrf.CsrfPolicy) {
    // Envoy needs it, and would take 100 % where its value is missing; Gloo takes 0 %.
    policy.filterEnabled { write(csrf["filterEnabled"], to: $0) }
    if csrf["shadowEnabled"].isPresent { policy.shadowEnabled { write(csrf["shadowEnabled"], to: $0) } }
    for origin in csrf["additionalOrigins"].elements { policy.additionalOrigins { write(origin, to: $0) } }
}

private func write(_ share: Option, to out: Core.RuntimeFractionalPercent) {
    let value = share["defaultValue"]
    out.defaultValue { $0.numerator(value["numerator"].uint32 ?? 0).denominator(denominator(value["denominator"])) }
    if let key = share["runtimeKey"].text, !key.isEmpty { out.runtimeKey(key) }
}

private func denominator(_ option: Option) -> EnvoyType.FractionalPercent.DenominatorType {
    guard let word = option.text else { return .hundred }
    return word == "MILLION" ? .million : word == "TEN_THOUSAND" ? .tenThousand : .hundred
}

private func write(_ origin: Option, to out: TypeMatcher.StringMatcher) {
    if let text = origin["exact"].text { out.exact(text) }
    if let text = origin["prefix"].text { out.prefix(text) }
    if let text = origin["suffix"].text { out.suffix(text) }
    let regex = origin["safeRegex"]["regex"]
    if let text = regex.text { out.safeRegex { $0.regex(text) } }
    guard origin["ignoreCase"].bool == true else { return }
    if regex.isPresent {
        // Envoy refuses the two together; Gloo leaves the word out without saying so.
        origin["ignoreCase"].warning("'ignoreCase' has no effect on 'safeRegex'; begin the expression with '(?i)'")
    } else {
        out.ignoreCase(true)
    }
}
