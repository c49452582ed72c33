internal import SluicePlugin

/// Conditions that Envoy knows; it ignores any other without a word.
private let conditions: [StaticString] = [
    "5xx", "gateway-error", "reset", "reset-before-request", "connect-failure", "envoy-ratelimited", "retriable-4xx",
    "refused-stream", "retriable-status-codes", "retriable-headers", "http3-post-connect-failure", "cancelled",
    "deadline-exceeded", "internal", "resource-exhausted", "unavailable",
]

func isUsable(_ retries: Option) -> Bool {
    let backOff = retries["retryBackOff"]
    if let base = backOff["baseInterval"].duration {
        if base.seconds < 0 || (base.seconds == 0 && base.nanos < 1_000_000) {
            backOff["baseInterval"].error("the base interval of a back-off is at least 1ms")
            return false
        }
        if let max = backOff["maxInterval"].duration, (max.seconds, max.nanos) < (base.seconds, base.nanos) {
            backOff["maxInterval"].error("'maxInterval' is smaller than 'baseInterval'")
            return false
        }
    } else if backOff["maxInterval"].isPresent {
        backOff.error("a back-off needs a 'baseInterval'")
        return false
    }
    if let on = retries["retryOn"].string {
        for condition in on.split(separator: ",") {
            let word = condition.drop(while: { $0 == " " })
            if !conditions.contains(where: { "\($0)" == word }) {
                retries["retryOn"].warning("Envoy has no retry condition '\(word)' and ignores it")
            }
        }
    }
    return true
}

func write(_ retries: Option, to policy: Route.RetryPolicy) {
    if let on = retries["retryOn"].text { policy.retryOn(on) }
    // Gloo writes the number even when it is Envoy's own default.
    policy.numRetries(retries["numRetries"].uint32 ?? 1)
    if let timeout = retries["perTryTimeout"].duration { policy.perTryTimeout(seconds: timeout.seconds, nanos: timeout.nanos) }
    let backOff = retries["retryBackOff"]
    if let base = backOff["baseInterval"].duration {
        policy.retryBackOff { policy in
            policy.baseInterval(seconds: base.seconds, nanos: base.nanos)
            if let max = backOff["maxInterval"].duration { policy.maxInterval(seconds: max.seconds, nanos: max.nanos) }
        }
    }
}

func maxStreamDuration(_ route: RouteSubject, _ option: Option) {
    guard route.routesToDestination else { return }
    route.envoy.route {
        $0.maxStreamDuration { limits in
            if let value = option["maxStreamDuration"].duration {
                limits.maxStreamDuration(seconds: value.seconds, nanos: value.nanos)
            }
            if let value = option["grpcTimeoutHeaderMax"].duration {
                limits.grpcTimeoutHeaderMax(seconds: value.seconds, nanos: value.nanos)
            }
            if let value = option["grpcTimeoutHeaderOffset"].duration {
                limits.grpcTimeoutHeaderOffset(seconds: value.seconds, nanos: value.nanos)
            }
        }
    }
}
