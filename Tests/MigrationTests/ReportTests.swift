import APIResources
import ConfigTree
@testable import Migration
import Testing

@Suite("The report")
struct ReportTests {
    private func report(_ text: String) throws -> MigrationReport { MigrationReport(try installation(text)) }

    private static let upstream = object(.upstream, "shop", "{static: {hosts: [{addr: 10.0.0.1, port: 80}]}}")

    @Test("what is as in Gloo runs unchanged")
    func unchanged() throws {
        let report = try report(Self.upstream)
        #expect(report.findings == [])
        #expect(report.unchanged.map(\.description) == ["Upstream gloo-system/shop"])
        #expect(report.counts == [.unchanged: 1])
        #expect(report.runs)
    }

    @Test("an object counts as its worst finding, and differences alone are no failure")
    func worst() throws {
        let settings = object(.settings, "default", "{gateway: {validation: {}}, refreshRate: 1s}")
        let different = try report(Self.upstream + settings)
        #expect(different.counts == [.unchanged: 1, .different: 1])
        #expect(different.runs)
        let impossible = try report(Self.upstream + settings + object(.upstream, "u", "{consul: {serviceSpec: {grpc: {}}}, statik: {}}"))
        #expect(impossible.counts == [.unchanged: 1, .different: 1, .impossible: 1])
        #expect(!impossible.runs)
        #expect(impossible.findings.filter { $0.object?.kind == .upstream }.map(\.verdict) == [.impossible, .notYet, .refused])
    }

    @Test("what a rule explains is not told again by what checking found")
    func explained() throws {
        let text = object(.authConfig, "a", "{configs: [{ldap: {}}]}") + object(.upstream, "u", "{consul: {serviceName: s}}")
        #expect(
            try report(text).findings.filter { $0.object != nil }.map(\.rule) == ["auth-configs-are-checked-by-envoy", "kubernetes-consul-and-ec2"]
        )
    }

    @Test("an object that is refused has all its mistakes told, those of its routes too")
    func everything() throws {
        let service = object(
            .virtualService, "a", "{virtualHost: {options: {waf: {}}, routes: [{directResponseAction: {status: 200}, options: {waf: {}, timeot: 1s}}]}}"
        )
        #expect(try report(service).findings.filter { $0.object != nil }.map(\.field) == [
            "spec.virtualHost.options.waf", "spec.virtualHost.routes[0].options.waf", "spec.virtualHost.routes[0].options.timeot",
        ])
    }

    @Test("a file that cannot be read is told with its place")
    func broken() throws {
        let finding = try #require(try report("kind: [\n").findings.first)
        #expect(finding.verdict == .refused)
        #expect(finding.object == nil)
        #expect(finding.position.line == 2)
    }
}
