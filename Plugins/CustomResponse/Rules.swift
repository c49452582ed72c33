internal import SluicePlugin

/// The rules as a matcher, whose first match counts; of a listener without rules nothing, which replaces nothing.
func write(_ custom: Option, to out: FiltersHttpCustomResponse.CustomResponse) {
    guard custom["rules"].count > 0 else { return }
    out.customResponseMatcher { matcher in
        matcher.matcherList { list in
            for rule in custom["rules"].elements {
                list.matchers { field in
                    field.predicate { write(statuses: rule["statuses"], to: $0) }
                    field.onMatch { $0.action { write(answer: rule, to: $0) } }
                }
            }
        }
    }
}

private func write(statuses: Option, to out: XdsTypeMatcher.Matcher.MatcherList.Predicate) {
    // Any of several; Envoy wants two at least.
    if statuses.count == 1 {
        for status in statuses.elements { out.singlePredicate { write(status: status, to: $0) } }
    } else {
        out.orMatcher { list in
            for status in statuses.elements { list.predicate { $0.singlePredicate { write(status: status, to: $0) } } }
        }
    }
}

private func write(status: Option, to out: XdsTypeMatcher.Matcher.MatcherList.Predicate.SinglePredicate) {
    guard let text = status.text else { return }
    out.input { input in
        if text.bytes[1] == UInt8(ascii: "x") {
            input.name("class").typedConfig(TypeMatcher.HttpResponseStatusCodeClassMatchInput.self)
        } else {
            input.name("status").typedConfig(TypeMatcher.HttpResponseStatusCodeMatchInput.self)
        }
    }
    out.valueMatch { $0.exact(text) }
}

private func write(answer rule: Option, to out: XdsCore.TypedExtensionConfig) {
    let (response, redirect) = (rule["response"], rule["redirect"])
    if response.isPresent {
        out.name("response").typedConfig(HttpCustomResponseLocalResponsePolicy.LocalResponsePolicy.self) { policy in
            if let status = response["status"].uint32 { policy.statusCode(status) }
            if let body = response["body"].text { policy.body { $0.inlineString(body) } }
            for header in response["headersToAdd"].elements { policy.responseHeadersToAdd { write(headerToAdd: header, to: $0) } }
        }
    } else {
        out.name("redirect").typedConfig(HttpCustomResponseRedirectPolicy.RedirectPolicy.self) { policy in
            if let uri = redirect["uri"].text { policy.uri(uri) }
            if let status = redirect["status"].uint32 { policy.statusCode(status) }
            for header in redirect["headersToAdd"].elements { policy.responseHeadersToAdd { write(headerToAdd: header, to: $0) } }
        }
    }
}
