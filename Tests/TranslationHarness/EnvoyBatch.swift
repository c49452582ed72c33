internal import EnvoyDescriptors
package import EnvoyValidation

extension EnvoyCheck {
    /// Which of many configurations Envoy refuses, and why. One Envoy looks at all; where it refuses, at each half, and so on.
    ///
    /// No two of them may have a name or a port in common.
    package func refusals(among all: [(name: String, resources: Resources)]) throws -> [(name: String, why: [String])] {
        var together = Resources()
        var seen: Set<String> = []
        for (_, resources) in all {
            // What plugins add beside their subjects is named by its content, and may be in several.
            together.listeners += resources.listeners.filter { seen.insert($0.compactJSON).inserted }
            together.clusters += resources.clusters.filter { seen.insert($0.compactJSON).inserted }
        }
        let problems = try problems(role: "batch", together)
        if problems.isEmpty { return [] }
        guard all.count > 1 else { return all.map { ($0.name, problems) } }
        let half = all.count / 2
        let found = try refusals(among: Array(all[..<half])) + refusals(among: Array(all[half...]))
        return found.isEmpty ? [("\(all[0].name) ... \(all[all.count - 1].name), only together", problems)] : found
    }
}
