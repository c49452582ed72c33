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

    package init(name: [UInt8], namespace: String, action: StaticString = "", cluster: [UInt8] = []) {
        self.name = name
        self.namespace = namespace
        self.action = action
        self.cluster = cluster
    }
}
