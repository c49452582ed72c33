import APIResources
import ConfigTree

/// Turns the bytes of one file into objects. Pure: runs on any thread.
struct FileParser: Sendable {
    /// What a file holds.
    struct Content: Sendable {
        var objects: [ConfigObject] = []
        var problems: [StoreProblem] = []
        /// Some document could not be read as an object, so objects may be missing here that the user did not delete.
        var isBroken = false
        /// No document at all: deleted content, or a file that is being written.
        var isEmpty: Bool { objects.isEmpty && problems.isEmpty }
    }

    let reader: ObjectReader
    let limits: ConfigLimits

    func parse(_ bytes: [UInt8], file: String, hint: ObjectReader.Hint?) -> Content {
        var content = Content()
        for document in documents(bytes, file: file) {
            switch document {
            case .success(let document): add(document.root, hint: hint, to: &content)
            case .failure(let error):
                content.problems.append(StoreProblem(error.problem))
                content.isBroken = true
            }
        }
        return content
    }

    private func documents(_ bytes: [UInt8], file: String) -> [Result<ConfigDocument, ConfigError>] {
        guard file.hasSuffix(".json") else { return YAML.parse(bytes, file: file, limits: limits) }
        guard bytes.contains(where: { $0 > 0x20 }) else { return [] }
        do throws(ConfigError) {
            return [.success(try JSON.parse(bytes, file: file, limits: limits))]
        } catch {
            return [.failure(error)]
        }
    }

    private func add(_ value: ConfigValue, hint: ObjectReader.Hint?, to content: inout Content) {
        if let items = value["items"], items.isList, let kind = value["kind"]?.text, kind.hasSuffix("List") {
            // Of a list of one kind, as the Kubernetes API writes it, the elements do not say their kind.
            let itemKind = Kind(rawValue: String(kind.dropLast("List".count)))
            let isOurs = value["apiVersion"]?.text == itemKind?.apiVersion
            for item in items.elements { add(item, hint: isOurs ? itemKind.map { ObjectReader.Hint(kind: $0) } : nil, to: &content) }
            return
        }
        if ObjectReader.isLeaderRecord(value) { return }
        do throws(StoreProblem) {
            content.objects.append(try reader.object(value, hint: hint))
        } catch {
            content.problems.append(error)
            content.isBroken = content.isBroken || error.problem.severity == .error
        }
    }
}
