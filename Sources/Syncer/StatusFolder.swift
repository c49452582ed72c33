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
    /// Whether long texts are cut.
    var truncates = true

    func write(_ id: ObjectID, _ status: ObjectStatus?) throws {
        let folder = "\(path)/\(id.kind.plural)/\(id.ref.namespace)"
        let file = "\(folder)/\(id.ref.name).yaml"
        guard let status else {
            try? FileManager.default.removeItem(atPath: file)
            return
        }
        let text = Data(status.yaml(of: id, reporter: reporter, truncates: truncates).utf8)
        // After a restart most of them say what is to be said: who watches the folder sees what is new.
        if let written = try? Data(contentsOf: URL(filePath: file)), written == text { return }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        // In one piece: who reads the file meanwhile sees the old text or the new.
        try text.write(to: URL(filePath: file), options: .atomic)
    }
}
