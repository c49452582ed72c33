internal import EnvoyResources
internal import Foundation
internal import XDSCache

/// The page for people: which configurations there are, who has them, who waits and who refuses. One piece, no scripts.
struct WebPage {
    /// Troubles come first, so that they are not cut.
    private static let rowLimit = 500

    private var html = ""

    static func html(_ sources: AdminSources) -> String {
        let now = ContinuousClock.now
        let roles = sources.cache.roleStatus()
        let names = roles.map(\.name)
        let date = Date()
        let streams = sources.cache.status().map { ProxyReport($0, roles: names, now: now, date: date) }
        var page = WebPage()
        page.head(sources, streams)
        page.roles(roles, streams, now)
        page.proxies(streams)
        page.refusals(streams)
        page.waiting(streams)
        page.html += "</main></body></html>\n"
        return page.html
    }

    private mutating func head(_ sources: AdminSources, _ streams: [ProxyReport]) {
        let counts = sources.operations.current
        let stage =
            switch counts.stage {
            case .starting: "starting: the first configuration is being translated"
            case .serving: "serving"
            case .draining: "draining: proxies are told to go elsewhere"
            }
        html += """
            <!doctype html><html lang="en"><head><meta charset="utf-8"><title>Sluice</title>
            <meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="10"><style>\(Self.style)</style></head><body>
            <header><h1>Sluice</h1><span>\(Self.escaped(sources.version))</span><span>\(stage)</span><span>\
            <a href="/proxies">proxies</a> <a href="/metrics">metrics</a></span></header><main><p class="facts">
            """
        let facts: [(Int, String, Bool)] = [
            (Set(streams.filter { $0.state != .waiting }.map(\.node)).count, "proxies connected", false),
            (Set(streams.filter { $0.state == .behind }.map(\.node)).count, "behind", true),
            (Set(streams.filter { $0.state == .refused }.map(\.node)).count, "refuse something", true),
            (Set(streams.filter { $0.state == .waiting }.map(\.node)).count, "wait for a configuration", true),
            (counts.errors, "errors in the configuration", true), (counts.warnings, "warnings", false),
        ]
        for (number, text, isTrouble) in facts {
            html += "<span\(isTrouble && number > 0 ? " class=\"trouble\"" : "")><b>\(number)</b> \(text)</span> "
        }
        html += "</p>"
    }

    private mutating func roles(_ roles: [RoleStatus], _ streams: [ProxyReport], _ now: ContinuousClock.Instant) {
        let byRole = Dictionary(grouping: streams.filter { $0.state != .waiting }) { $0.role ?? "" }
        table("Configurations", ["role", "publication", "since", "proxies", "behind", "refuse"] + ResourceType.allCases.map { "\($0)s" }, roles.count)
        if roles.isEmpty { html += "<tr><td colspan=\"14\">none is published yet</td></tr>" }
        for role in roles.prefix(Self.rowLimit) {
            let of = byRole[role.name] ?? []
            let name = role.name.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
            html += "<tr><td><a href=\"/config?format=yaml&amp;role=\(name)\">\(Self.escaped(role.name))</a></td>"
            cell("\(role.number)", isNumber: true)
            cell(Self.ago((now - role.publishedAt) / .seconds(1)), isNumber: true)
            cell("\(Set(of.map(\.node)).count)", isNumber: true)
            cell("\(of.count { $0.state == .behind })", isNumber: true)
            cell("\(of.count { $0.state == .refused })", isNumber: true)
            for type in ResourceType.allCases { cell("\(role.resources[type] ?? 0)", isNumber: true) }
            html += "</tr>"
        }
        html += "</table>"
    }

    private mutating func proxies(_ streams: [ProxyReport]) {
        let served = streams.filter { $0.state != .waiting }
        let order: [ProxyReport.State] = [.refused, .behind, .current]
        table("Proxies", ["node", "role", "state", "address", "variant", "since", "agent", "types"], served.count)
        for report in order.lazy.flatMap({ state in served.filter { $0.state == state } }).prefix(Self.rowLimit) {
            html += "<tr>"
            cell(report.node)
            cell(report.role ?? "")
            let behind = report.behindSeconds.map { " for " + Self.ago($0) } ?? ""
            html += "<td class=\"\(report.state.rawValue)\">\(report.state.rawValue)\(behind)</td>"
            cell(report.address)
            cell(report.variant + (report.onlyType.map { ", \($0)" } ?? ""))
            cell(report.connectedSince)
            cell(report.agent)
            html += "<td>"
            for type in report.types {
                html += "<span class=\"\(type.state.rawValue)\" title=\"sent \(type.sentVersion), confirmed \(type.acknowledgedVersion ?? "none")\">\(type.type)</span> "
            }
            html += "</td></tr>"
        }
        html += "</table>"
    }

    private mutating func refusals(_ streams: [ProxyReport]) {
        let refusals = streams.flatMap { report in report.types.compactMap { type in type.refusal.map { (report, type, $0) } } }
        guard !refusals.isEmpty else { return }
        table("Refused", ["node", "role", "type", "resources", "what the proxy says"], refusals.count)
        for (report, type, refusal) in refusals.prefix(Self.rowLimit) {
            html += "<tr>"
            cell(report.node)
            cell(report.role ?? "")
            cell(type.type)
            cell(refusal.names.joined(separator: ", ") + (refusal.count > refusal.names.count ? " and \(refusal.count - refusal.names.count) more" : ""))
            cell(refusal.message)
            html += "</tr>"
        }
        html += "</table>"
    }

    private mutating func waiting(_ streams: [ProxyReport]) {
        let waiting = streams.filter { $0.state == .waiting }
        guard !waiting.isEmpty else { return }
        table("Waiting", ["node", "cluster", "asks for", "address", "since", "why"], waiting.count)
        for report in waiting.prefix(Self.rowLimit) {
            html += "<tr>"
            for text in [report.node, report.cluster, report.role ?? "", report.address, report.connectedSince, report.reason ?? ""] { cell(text) }
            html += "</tr>"
        }
        html += "</table>"
    }

    private mutating func table(_ title: String, _ columns: [String], _ count: Int) {
        let cut = count > Self.rowLimit ? ", of which \(Self.rowLimit) are shown" : ""
        html += "<h2>\(title) <small>\(count)\(cut)</small></h2><table><tr>"
        for column in columns { html += "<th>\(column)</th>" }
        html += "</tr>"
    }

    private mutating func cell(_ text: String, isNumber: Bool = false) {
        html += "<td\(isNumber ? " class=\"n\"" : "")>\(Self.escaped(text))</td>"
    }

    private static func ago(_ seconds: Double) -> String {
        switch seconds {
        case ..<120: "\(Int(seconds)) s"
        case ..<7_200: "\(Int(seconds / 60)) min"
        default: "\(Int(seconds / 3_600)) h"
        }
    }

    /// Names and messages come from proxies, whoever they are.
    static func escaped(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "'": out += "&#39;"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }

    private static let style = """
        :root{color-scheme:light dark}body{margin:0;font:14px/1.5 system-ui,sans-serif}
        header{display:flex;gap:1.5em;align-items:baseline;padding:.6em 1.5em;border-bottom:1px solid #8884}header h1{font-size:1.2em;margin:0}
        header span:last-child{margin-left:auto}main{padding:0 1.5em 2em}h2{font-size:1em;margin:1.6em 0 .4em}small{font-weight:400;opacity:.7}
        .facts span{display:inline-block;margin-right:1.5em}.facts b{font-size:1.4em}
        table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.25em .8em .25em 0;border-bottom:1px solid #8883;vertical-align:top;overflow-wrap:anywhere}
        th{font-weight:600;opacity:.7}.n{font-variant-numeric:tabular-nums}
        .current{color:#2a8a3e}.behind{color:#b07000}.refused,.trouble b{color:#c62828}a{color:inherit}
        """
}
