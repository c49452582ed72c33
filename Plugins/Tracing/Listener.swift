internal import SluicePlugin

/// What a listener traces, and with which tags.
func write(_ tracing: Option, to out: FiltersNetworkHttpConnectionManager.HttpConnectionManager.Tracing) {
    let percentages = tracing["tracePercentages"]
    out.clientSampling { $0.value(percentages["clientSamplePercentage"].double ?? 100) }
    out.randomSampling { $0.value(percentages["randomSamplePercentage"].double ?? 100) }
    out.overallSampling { $0.value(percentages["overallSamplePercentage"].double ?? 100) }
    if let isVerbose = tracing["verbose"].bool { out.verbose(isVerbose) }
    for header in tracing["requestHeadersForTags"].elements {
        guard let name = header.text else { continue }
        out.customTags { $0.tag(name).requestHeader { $0.name(name) } }
    }
    for variable in tracing["environmentVariablesForTags"].elements {
        guard let name = variable["name"].text else { continue }
        out.customTags { tag in
            tag.tag(variable["tag"].text ?? name)
            tag.environment { environment in
                environment.name(name)
                if let value = variable["defaultValue"].text { environment.defaultValue(value) }
            }
        }
    }
    for literal in tracing["literalsForTags"].elements {
        guard let tag = literal["tag"].text, let value = literal["value"].text else { continue }
        out.customTags { $0.tag(tag).literal { $0.value(value) } }
    }
}
