import ArgumentParser
import Foundation

struct Certs: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make certificates for trying TLS between proxies and the control plane.",
        discussion: """
            A certificate authority, a certificate for the xDS server, and one for each role of proxies, which names it as the URI
            spiffe://sluice/<namespace>/<proxy>. They are for development: in production certificates come from where yours come from.
            """
    )

    @Option(help: ArgumentHelp("Folder to write into.", valueName: "folder"))
    var out: String

    @Option(help: "Name or address by which proxies reach the xDS server; repeatable. Default: localhost, 127.0.0.1 and ::1.")
    var host: [String] = []

    @Option(help: "Role of proxies, <namespace>~<proxy>; repeatable. Default: gloo-system~gateway-proxy.")
    var role: [String] = []

    @Option(help: "How many days the certificates are good for.")
    var days = 365

    @Flag(help: "Replace files that are there.")
    var force = false

    func validate() throws {
        guard (1...3650).contains(days) else { throw ValidationError("--days is a number from 1 to 3650, not \(days)") }
        for role in role where DevelopmentCertificates.uri(role: role) == nil {
            throw ValidationError("--role has the form <namespace>~<proxy name>, such as gloo-system~gateway-proxy; \"\(role)\" has not")
        }
    }

    func run() throws {
        let roles = role.isEmpty ? ["gloo-system~gateway-proxy"] : role
        let hosts = host.isEmpty ? ["localhost", "127.0.0.1", "::1"] : host
        let files = try DevelopmentCertificates(days: days).files(hosts: hosts, roles: roles)
        let folder = URL(filePath: out, directoryHint: .isDirectory)
        let existing = files.map(\.name).filter { FileManager.default.fileExists(atPath: folder.appending(path: $0).path) }
        guard force || existing.isEmpty else {
            throw Failure("\(out) has \(existing.joined(separator: ", ")) already; choose another folder, or replace them with --force")
        }
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            for file in files { try write(file, to: folder.appending(path: file.name).path) }
        } catch {
            throw Failure("the certificates cannot be written to \(out): \(error.localizedDescription)")
        }
        print(
            """
            Wrote \(files.map(\.name).joined(separator: ", ")) to \(out).

            sluice serve FOLDER --xds-tls-cert \(out)/server.pem --xds-tls-key \(out)/server.key --xds-client-ca \(out)/ca.pem
            sluice bootstrap --role '\(roles[0])' --xds-ca \(out)/ca.pem --xds-server-name \(hosts[0]) \
            --client-cert '\(out)/\(roles[0]).pem' --client-key '\(out)/\(roles[0]).key'
            """
        )
    }

    /// A key is readable by its owner alone from the first moment on.
    private func write(_ file: DevelopmentCertificates.File, to path: String) throws {
        try? FileManager.default.removeItem(atPath: path)
        let mode = file.isSecret ? 0o600 : 0o644
        guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: mode]) else {
            throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: path])
        }
        let handle = try FileHandle(forWritingTo: URL(filePath: path))
        try handle.write(contentsOf: Data(file.text.utf8))
        try handle.close()
    }
}
