internal import SluicePlugin

/// Begins the names of the filter's counters.
let statPrefix: StaticString = "ratelimit_basic"

/// The addresses whose buckets are kept; the one that was away for longest makes room, and begins anew when it comes back.
private let rememberedAddresses: UInt32 = 10_000

/// Nobody is known to be authorised without a server that has checked it. A request with an Authorization header, right or wrong,
/// counts as one where there are limits for both; were its bucket found by that header, each invented one would have a new bucket.
/// So all buckets are found by the client's address.
func write(_ limits: Option, to out: FiltersHttpLocalRatelimit.LocalRateLimit) {
    out.statPrefix(statPrefix)
    // Envoy wants a bucket for requests that no descriptor is about: one that is never empty. Others are filled at multiples of its time.
    out.tokenBucket { write($0, tokens: .max, seconds: 1) }
    let authorized = limits["authorizedLimits"]
    let anonymous = limits["anonymousLimits"]
    // Without limits it switches off here what the virtual host says.
    guard authorized.isPresent || anonymous.isPresent else { return }
    out.filterEnabled(always).filterEnforced(always)
    out.alwaysConsumeDefaultTokenBucket(false).maxDynamicDescriptors(rememberedAddresses)
    if authorized.isPresent { write(authorized, for: "authorized", carriesAuthorization: true, to: out) }
    // Alone it holds for all: else any Authorization header would be a way around it.
    if anonymous.isPresent { write(anonymous, for: "anonymous", carriesAuthorization: authorized.isPresent ? false : nil, to: out) }
}

/// - Parameter carriesAuthorization: which requests are meant; nil is all.
private func write(
    _ limit: Option, for caller: StaticString, carriesAuthorization: Bool?, to out: FiltersHttpLocalRatelimit.LocalRateLimit
) {
    out.rateLimits { rule in
        rule.actions { action in
            guard let carriesAuthorization else {
                action.genericKey { $0.descriptorKey(callerKey).descriptorValue(caller) }
                return
            }
            action.headerValueMatch { match in
                match.descriptorKey(callerKey).descriptorValue(caller).expectMatch(carriesAuthorization)
                match.headers { $0.name("authorization" as StaticString).presentMatch(true) }
            }
        }
        rule.actions { $0.remoteAddress { _ in } }
    }
    out.descriptors { descriptor in
        descriptor.entries { $0.key(callerKey).value(caller) }
        // Without a value: a bucket for each one.
        descriptor.entries { $0.key("remote_address" as StaticString) }
        descriptor.tokenBucket { write($0, tokens: limit["requestsPerUnit"].uint32 ?? 1, seconds: seconds(limit["unit"])) }
    }
}

private let callerKey: StaticString = "caller"

private func always(_ share: Core.RuntimeFractionalPercent) {
    share.defaultValue { $0.numerator(100).denominator(.hundred) }
}

private func write(_ bucket: EnvoyType.TokenBucket, tokens: UInt32, seconds: Int64) {
    bucket.maxTokens(tokens).tokensPerFill(tokens).fillInterval(seconds: seconds)
}

private func seconds(_ unit: Option) -> Int64 {
    guard let unit = unit.text else { return 1 }
    return unit == "DAY" ? 86_400 : unit == "HOUR" ? 3_600 : unit == "MINUTE" ? 60 : 1
}
