internal import APIResources
internal import ConfigTree

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Writes each object's status into a folder: `<folder>/<plural>/<namespace>/<name>.yaml`.
struct StatusFolder: Sendable {
    let path: String
    /// The namespace under which this control plane reports.
    let reporter: String

    func write(_ id: ObjectID, _ status: ObjectStatus?) throws {
        let folder = "\(path)/\(id.kind.plural)/\(id.ref.namespace)"
        let file = "\(folder)/\(id.ref.name).yaml"
        guard let status else {
            try? FileManager.default.removeItem(atPath: file)
            return
        }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        // In one piece: who reads the file meanwhile sees the old text or the new.
        try Data(status.yaml(of: id, reporter: reporter).utf8).write(to: URL(filePath: file), options: .atomic)
    }
}
