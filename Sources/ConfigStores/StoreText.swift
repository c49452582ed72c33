import APIResources

/// The words of every problem that a store finds.
enum StoreText {
    // MARK: Objects

    static let notAnObject = "an object was expected here: apiVersion, kind, metadata and spec"
    static let missingKind = "'kind' is missing; write apiVersion and kind, such as 'gateway.solo.io/v1' and 'VirtualService'"
    static let metadataIsNoMap = "'metadata' must be a map with a name"

    static func missingAPIVersion(kind: String, _ known: Kind?) -> String {
        known.map { "'apiVersion' is missing; \(kind) has '\($0.apiVersion)'" } ?? "'apiVersion' is missing"
    }

    static func unknownKind(_ kind: String, version: String, near: String?) -> String {
        let hint = near.map { "; did you mean '\($0)'?" } ?? "; the object is left out"
        return "kind '\(kind)' of '\(version)' is not known\(hint)"
    }

    static func secretOfOthers(type: String) -> String {
        "a Secret of type '\(type)' holds nothing for Sluice and is left out; it reads kubernetes.io/tls, extauth.solo.io/apikey,"
            + " extauth.solo.io/oauth, extauth.solo.io/accountcredentials, gloo.solo.io/header and Opaque"
    }

    static func wrongVersion(_ version: String, kind: Kind) -> String {
        "apiVersion of \(kind.rawValue) must be '\(kind.apiVersion)', not '\(version)'"
    }

    static func missingName(_ kind: Kind) -> String {
        "'metadata.name' of the \(kind.rawValue) is missing"
    }

    static func invalidName(_ name: String, isNamespace: Bool) -> String {
        isNamespace
            ? "namespace '\(name)' is not valid: use at most 63 lower case letters, digits and '-', and begin and end with a letter or digit"
            : "name '\(name)' is not valid: use at most 253 lower case letters, digits, '-' and '.', and begin and end with a letter or digit"
    }

    static func notATextMap(_ field: String) -> String {
        "'\(field)' must be a map of texts"
    }

    static func duplicateServing(_ id: ObjectID, other: String) -> String {
        "\(id) is defined a second time at \(other); this one serves"
    }

    static func duplicateIgnored(_ id: ObjectID, serving: String) -> String {
        "\(id) is defined already at \(serving), which serves; rename or remove one of them"
    }

    // MARK: Files

    static func missingFolder(_ path: String) -> String {
        "folder \(path) does not exist; create it, or name another one"
    }

    static func notAFolder(_ path: String) -> String { "\(path) is not a folder" }

    static func unreadableFolder(_ path: String, reason: String) -> String {
        "folder \(path) cannot be read: \(reason)"
    }

    static func unreadableFile(reason: String) -> String {
        "the file cannot be read: \(reason); what it held before stays"
    }

    static func folderGone(_ path: String) -> String {
        "folder \(path) is gone; what was read from it stays until it comes back"
    }

    static func cannotWatch(_ path: String, reason: String) -> String {
        "changes in folder \(path) cannot be seen: \(reason); if there are too many folders, raise fs.inotify.max_user_watches"
    }

    static func noWatch(reason: String) -> String {
        "files cannot be watched: \(reason); if there are too many watchers, raise fs.inotify.max_user_instances"
    }
}
