import Foundation
import Testing

extension EndToEnd {
    /// `sluice migrate check` on an installation as Helm and users leave it.
    @Suite struct Migrate {
        private static let repository = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
        private let installation = repository.appending(path: "Tests/MigrationTests/Installation").path

        private func check(_ arguments: String...) async throws -> (exit: ChildProcess.Exit, output: String, errors: String) {
            try await ChildProcess.run("sluice-migrate", Place.sluice.get(), ["migrate", "check"] + arguments)
        }

        private struct Report: Decodable {
            struct Finding: Decodable {
                let verdict: String
                let rule: String
                let object: String
                let file: String
                let line: Int
                let column: Int
                let field: String
                let difference: String
                let advice: String
            }

            let runs: Bool
            let findings: [Finding]
            let unchanged: [String]
            let objects: [String: Int]
        }

        @Test("people read what cannot run first, each with its place and what to do, and a summary last")
        func table() async throws {
            let result = try await check(installation)
            #expect(result.exit == .code(1))
            #expect(result.errors == "")
            let headings = result.output.split(separator: "\n").filter { ["CANNOT", "DOES", "REFUSED", "RUNS"].contains(where: $0.hasPrefix) }
            #expect(headings.map { $0.prefix { $0 != ":" } } == [
                "CANNOT RUN ON STOCK ENVOY", "DOES NOT RUN YET", "REFUSED", "RUNS DIFFERENTLY", "RUNS UNCHANGED",
            ])
            #expect(
                result.output.contains(
                    """
                    VirtualService
                      gloo-system/guarded  \(installation)/guarded.yaml:16:7  spec.virtualHost.options.waf
                          'waf' cannot run on stock Envoy: the ModSecurity filter is in Gloo's own Envoy only
                       -> remove it, and let a Wasm module such as Coraza, which a plugin of yours adds, or a firewall in front
                          take its place
                          [options-without-a-plugin]
                    """
                ),
                "\(result.output)"
            )
            #expect(result.output.contains("\n12 objects: 4 run unchanged, 5 run differently, 1 does not run yet, 2 cannot run on stock Envoy\n"))
        }

        @Test("programs read the same", arguments: [["--json"], ["--output", "json"]])
        func json(form: [String]) async throws {
            let result = try await ChildProcess.run("sluice-migrate", Place.sluice.get(), ["migrate", "check", installation] + form)
            #expect(result.exit == .code(1))
            let report = try JSONDecoder().decode(Report.self, from: Data(result.output.utf8))
            #expect(!report.runs)
            #expect(report.objects == ["cannot-run-on-stock-envoy": 2, "not-yet": 1, "refused": 0, "different": 5, "unchanged": 4])
            #expect(report.unchanged == [
                "Gateway gloo-system/gateway-proxy", "RouteTable gloo-system/httpbin", "Upstream gloo-system/httpbin", "VirtualService gloo-system/petstore",
            ])
            let kube = try #require(report.findings.first { $0.rule == "kubernetes-consul-and-ec2" })
            #expect((kube.verdict, kube.object, kube.line, kube.column, kube.field) == ("different", "Upstream gloo-system/default-petstore-8080", 9, 3, "spec.kube"))
            #expect(kube.file == "\(installation)/petstore.yaml")
            #expect(kube.advice.contains("headless"))
            for rule in Set(report.findings.map(\.rule)) {
                let document = try String(contentsOf: Self.repository.appending(path: "docs/differences-from-gloo.md"), encoding: .utf8)
                #expect(document.contains("\n### \(rule)\n"))
            }
        }

        @Test("differences alone are no failure")
        func example() async throws {
            let result = try await check(Self.repository.appending(path: "Examples/petstore").path)
            #expect(result.exit == .code(0), "\(result.output)")
        }

        @Test("without a folder the usage is wrong")
        func usage() async throws {
            let result = try await check()
            #expect(result.exit == .code(64))
            #expect(result.errors.contains("<folder>"))
        }
    }
}
