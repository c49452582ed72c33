internal import SluicePlugin

/// Parts of the hosts that destinations choose by labels (`subset`).
func writeSubsets(_ spec: Option, to cluster: Cluster.Cluster) {
    guard spec.isPresent else { return }
    cluster.lbSubsetConfig { out in
        out.fallbackPolicy(fallback(spec["fallbackPolicy"]))
        let labels = spec["defaultSubset"]["values"]
        if labels.count > 0 {
            out.defaultSubset { subset in
                for label in labels.elements { if let text = label.text { subset.fields(label.key) { $0.stringValue(text) } } }
            }
        }
        for selector in spec["selectors"].elements {
            out.subsetSelectors { out in
                for key in selector["keys"].elements { if let text = key.text { out.keys(text) } }
                if selector["singleHostPerSubset"].bool == true { out.singleHostPerSubset(true) }
            }
        }
    }
}

private func fallback(_ option: Option) -> Cluster.Cluster.LbSubsetConfig.LbSubsetFallbackPolicy {
    switch option.string {
    case "DEFAULT_SUBSET": .defaultSubset
    case "NO_FALLBACK": .noFallback
    default: .anyEndpoint
    }
}
