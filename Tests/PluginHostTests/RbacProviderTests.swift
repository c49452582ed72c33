import EnvoyWire
import PluginHost
import Testing

@Suite("Principals without a provider")
struct RbacProviderTests {
    private static let rbac = "rbac: {policies: {a: {principals: [{jwtPrincipal: {claims: {sub: ann}}}]}}}"

    /// The providers whose tokens are looked at, in order, and what is reported.
    private func providers(_ phase: Phase, _ options: String) throws -> (names: [String], reports: [String]) {
        let result = SubjectWriter(StockPluginTests.set).subject(phase, try yaml("{\(Self.rbac)\(options)}"))
        let json = try result.json(phase.fields.messageName)
        return (json.matches(of: /"path":\[\{"key":"([^"]*)"\}/).map { String($0.1) }, result.reports)
    }

    @Test("mean those of the same virtual host, in all forms of the option")
    func virtualHost() throws {
        #expect(try providers(.virtualHost, ", jwtStaged: {beforeExtAuth: {providers: {p: {}, q: {}}}, afterExtAuth: {providers: {r: {}}}}").names == ["p", "q", "r"])
        #expect(try providers(.virtualHost, ", jwt: {providers: {old: {}}}").names == ["old"])
        #expect(try providers(.virtualHost, "").reports.count == 1)
    }

    @Test("are refused on routes, which do not see their virtual host's")
    func route() throws {
        let said = try providers(.route, ", jwtStaged: {disable: true}")
        #expect(said.reports.count == 1 && said.reports[0].contains("with 'provider'"))
    }
}
