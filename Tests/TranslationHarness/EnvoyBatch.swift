package import EnvoyValidation

extension EnvoyCheck {
    /// Which of many configurations Envoy refuses, and why. One Envoy looks at all; where it refuses, at each half, and so on.
    ///
    /// No two of them may have a name or a port in common.
    package func refusals(among all: [(name: String, resources: Resources)]) throws -> [(name: String, why: [String])] {
        var together = Resources()
        for (_, resources) in all {
            together.listeners += resources.listeners
            // A plugin adds a cluster to each configuration that needs it, under one name that says what is in it.
            together.clusters += resources.clusters.filter { !together.clusters.contains($0) }
        }
        let problems = try problems(role: "batch", together)
        if problems.isEmpty { return [] }
        guard all.count > 1 else { return all.map { ($0.name, problems) } }
        let half = all.count / 2
        let found = try refusals(among: Array(all[..<half])) + refusals(among: Array(all[half...]))
        return found.isEmpty ? [("\(all[0].name) ... \(all[all.count - 1].name), only together", problems)] : found
    }
}
