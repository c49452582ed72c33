internal import SluicePlugin

func prefixRewrite(_ route: RouteSubject, _ rewrite: Option) {
    guard let path = rewrite.text, !path.isEmpty, route.routesToDestination else { return }
    if let problem = problemOfPath(path) { return rewrite.error(problem) }
    if route.option("regexRewrite").isPresent { return rewrite.error("'prefixRewrite' and 'regexRewrite' exclude each other") }
    route.envoy.route { $0.prefixRewrite(path) }
}

func regexRewrite(_ route: RouteSubject, _ rewrite: Option) {
    guard route.routesToDestination else { return }
    route.envoy.route { $0.regexRewrite { write(rewrite, to: $0) } }
}

func hostRewrite(_ route: RouteSubject, _ rewrite: Option) {
    guard let host = rewrite.text, !host.isEmpty, route.routesToDestination else { return }
    if route.option("autoHostRewrite").bool == true || route.option("hostRewritePathRegex").isPresent {
        return rewrite.error("'hostRewrite', 'autoHostRewrite' and 'hostRewritePathRegex' exclude each other")
    }
    route.envoy.route { $0.hostRewriteLiteral(host) }
}

func autoHostRewrite(_ route: RouteSubject, _ rewrite: Option) {
    guard rewrite.bool == true, route.routesToDestination else { return }
    if route.option("hostRewritePathRegex").isPresent {
        return rewrite.error("'hostRewrite', 'autoHostRewrite' and 'hostRewritePathRegex' exclude each other")
    }
    route.envoy.route { $0.autoHostRewrite(true) }
}

func hostRewritePathRegex(_ route: RouteSubject, _ rewrite: Option) {
    guard route.routesToDestination else { return }
    route.envoy.route { $0.hostRewritePathRegex { write(rewrite, to: $0) } }
}

private func write(_ rewrite: Option, to substitution: TypeMatcher.RegexMatchAndSubstitute) {
    if let regex = rewrite["pattern"]["regex"].text { substitution.pattern { $0.regex(regex) } }
    if let text = rewrite["substitution"].text { substitution.substitution(text) }
}

/// A path that Envoy or an upstream would read differently from what is written is refused, as Gloo does.
private func problemOfPath(_ path: sluice_text_host) -> String? {
    let text = path.string
    guard text.utf8.first == UInt8(ascii: "/") else { return "a path begins with '/'; write '/\(text)'" }
    for part in ["//", "/./", "/../", "%2f", "%2F", "#"] where text.contains(part) { return "a path cannot hold '\(part)'" }
    for end in ["/..", "/."] where text.hasSuffix(end) { return "a path cannot end with '\(end)'" }
    return nil
}
