import AdminServer
import ArgumentParser
import Foundation
import NIOCore

struct Proxies: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show who is connected to a running control plane, and at which version of what.",
        discussion: """
            A line for each stream. Of each type: ok (confirmed), behind (not answered yet), refused (goes on with what it had).
            Exit code 1 if a proxy that is shown is behind, refuses something or waits for a configuration.
            """
    )

    enum Output: String, ExpressibleByArgument, CaseIterable {
        case table, json
    }

    @Option(help: ArgumentHelp("The control plane's web page.", valueName: "url"))
    var server = "http://127.0.0.1:\(AdminServer.Configuration.usualPort)"

    @Option(help: "Form of the output: \(Output.allCases.map(\.rawValue).joined(separator: " or ")).")
    var output = Output.table

    @Flag(help: "Only proxies that no configuration fits.")
    var waiting = false

    @Flag(help: "Only proxies that do not have all of their newest configuration, those that refuse something among them.")
    var behind = false

    func run() async throws {
        guard let url = URL(string: server) else { throw Failure("--server has the form http://<host>:<port>, not '\(server)'") }
        let body = try await AdminClient.get("/proxies", of: url)
        let report: ProxiesReport
        do {
            report = try JSONDecoder().decode(ProxiesReport.self, from: Data(body.readableBytesView))
        } catch {
            throw Failure("\(server) is no control plane of this version: its /proxies cannot be read (\(error))")
        }
        let shown = report.proxies.filter(isWanted)
        switch output {
        case .table: print(ProxyTable.text(shown, all: report.proxies.count), terminator: "")
        case .json: try print(json(ProxiesReport(roles: report.roles, proxies: shown)))
        }
        if shown.contains(where: { $0.state != .current }) { throw ExitCode(1) }
    }

    private func isWanted(_ proxy: ProxyReport) -> Bool {
        if !waiting && !behind { return true }
        return switch proxy.state {
        case .waiting: waiting
        case .behind, .refused: behind
        case .current: false
        }
    }

    private func json(_ report: ProxiesReport) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(report), as: UTF8.self)
    }
}

/// Proxies in columns, and below what some refuse or wait for.
enum ProxyTable {
    static func text(_ proxies: [ProxyReport], all: Int) -> String {
        if proxies.isEmpty { return all == 0 ? "no proxy is connected\n" : "none of \(all) streams is like that\n" }
        var rows = [["NODE", "ROLE", "STATE", "ADDRESS", "VARIANT", "SINCE", "TYPES"]]
        for proxy in proxies {
            rows.append([
                proxy.node, proxy.role ?? "-", state(proxy), proxy.address, proxy.variant + (proxy.onlyType.map { "/\($0)" } ?? ""),
                proxy.connectedSince, proxy.types.map { "\($0.type) \($0.sentVersion.prefix(8)) \(word($0.state))" }.joined(separator: ", "),
            ])
        }
        let printed = rows.map { $0.map(printable) }
        let widths = printed[0].indices.map { column in printed.map { $0[column].count }.max() ?? 0 }
        var out = ""
        for row in printed {
            let cells = zip(row, widths).map { text, width in text + String(repeating: " ", count: width - text.count) }
            out += trimmed(cells.joined(separator: "  ")) + "\n"
        }
        return out + remarks(proxies)
    }

    private static func remarks(_ proxies: [ProxyReport]) -> String {
        var out = ""
        for proxy in proxies {
            if let reason = proxy.reason { out += "\n\(printable(proxy.node)) waits: \(printable(reason))\n" }
            for type in proxy.types {
                guard let refusal = type.refusal else { continue }
                let more = refusal.count > refusal.names.count ? " and \(refusal.count - refusal.names.count) more" : ""
                out += "\n\(printable(proxy.node)) refuses \(type.type) \(printable(refusal.names.joined(separator: ", ")))\(more):\n"
                for line in refusal.message.split(whereSeparator: \.isNewline) { out += "    \(printable(String(line)))\n" }
            }
        }
        return out
    }

    private static func state(_ proxy: ProxyReport) -> String {
        guard proxy.state == .behind, let seconds = proxy.behindSeconds else { return word(proxy.state) }
        return "behind \(Int(seconds)) s"
    }

    private static func word(_ state: ProxyReport.State) -> String { state == .current ? "ok" : state.rawValue }

    /// What proxies say of themselves must not move the cursor.
    private static func printable(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
    }

    private static func trimmed(_ line: String) -> String {
        var line = line[...]
        while line.last == " " { line.removeLast() }
        return String(line)
    }
}
