/// What a hook may ask about its subject; see `sluice_fact` in sluice_plugin.h.
package struct SubjectFacts: Sendable {
    /// Of the subject in Envoy.
    package var name: [UInt8]
    /// Of the object in which the options stand.
    package var namespace: String
    /// Of a route: "route", "redirect", "directResponse" or "none".
    package var action: StaticString
    /// Where a route or a weighted destination leads.
    package var cluster: [UInt8]
    /// The Upstream of that cluster; empty where there is none.
    package var upstream: (name: String, namespace: String)

    package init(
        name: [UInt8], namespace: String, action: StaticString = "", cluster: [UInt8] = [], upstream: (name: String, namespace: String) = ("", "")
    ) {
        self.name = name
        self.namespace = namespace
        self.action = action
        self.cluster = cluster
        self.upstream = upstream
    }
}
