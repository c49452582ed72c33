extension RouteSubject {
    /// Whether path and host of the request are the destination's to say: true when no option of the route says another, which is
    /// otherwise reported.
    ///
    /// - Parameter whose: "the function's", for the message.
    public func leavesPathAndHost(_ whose: String) -> Bool {
        var isFree = true
        for (name, word) in [
            ("prefixRewrite", "prefixRewrite"), ("regexRewrite", "regexRewrite"), ("hostRewrite", "hostRewrite"), ("autoHostRewrite", "autoHostRewrite"),
            ("hostRewritePathRegex", "hostRewritePathRegex"),
        ] as [(StaticString, String)] {
            let other = option(name)
            guard other.isPresent, other.bool != false else { continue }
            other.error("'\(word)' cannot be used here, since path and host are \(whose); remove it")
            isFree = false
        }
        return isFree
    }
}
