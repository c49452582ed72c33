internal import SluicePlugin

/// Hosts whose answers fail get no requests for a while.
func contributeOutlierDetection(to upstream: UpstreamSubject, _ config: Option) {
    guard isLongerThanZero(config["interval"], "interval"), isLongerThanZero(config["baseEjectionTime"], "baseEjectionTime") else { return }
    upstream.envoy.outlierDetection { out in
        if let count = config["consecutive5xx"].uint32 { out.consecutive5xx(count) }
        if let time = config["interval"].duration { out.interval(seconds: time.seconds, nanos: time.nanos) }
        if let time = config["baseEjectionTime"].duration { out.baseEjectionTime(seconds: time.seconds, nanos: time.nanos) }
        if let percent = config["maxEjectionPercent"].uint32 { out.maxEjectionPercent(percent) }
        if let percent = config["enforcingConsecutive5xx"].uint32 { out.enforcingConsecutive5xx(percent) }
        if let percent = config["enforcingSuccessRate"].uint32 { out.enforcingSuccessRate(percent) }
        if let count = config["successRateMinimumHosts"].uint32 { out.successRateMinimumHosts(count) }
        if let count = config["successRateRequestVolume"].uint32 { out.successRateRequestVolume(count) }
        if let factor = config["successRateStdevFactor"].uint32 { out.successRateStdevFactor(factor) }
        if let count = config["consecutiveGatewayFailure"].uint32 { out.consecutiveGatewayFailure(count) }
        if let percent = config["enforcingConsecutiveGatewayFailure"].uint32 { out.enforcingConsecutiveGatewayFailure(percent) }
        if let isOn = config["splitExternalLocalOriginErrors"].bool { out.splitExternalLocalOriginErrors(isOn) }
        if let count = config["consecutiveLocalOriginFailure"].uint32 { out.consecutiveLocalOriginFailure(count) }
        if let percent = config["enforcingConsecutiveLocalOriginFailure"].uint32 { out.enforcingConsecutiveLocalOriginFailure(percent) }
        if let percent = config["enforcingLocalOriginSuccessRate"].uint32 { out.enforcingLocalOriginSuccessRate(percent) }
    }
}
