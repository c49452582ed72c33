internal import SluicePlugin

/// What a FileDescriptorSet (`protoc --include_imports --descriptor_set_out`) says of services and messages, as far as Envoy's
/// transcoder looks at it.
struct DescriptorSet {
    struct Field {
        var name = ""
        var jsonName = ""
        /// Of a message or an enum: `.package.Name`.
        var typeName = ""
    }

    struct Method {
        var name = ""
        var input = ""
        var output = ""
        var rule: Rule?
    }

    /// google.api.http of a method.
    struct Rule {
        /// Templates, those of additional bindings too; nil for one without any.
        var path: String?
        var body = ""
        var responseBody = ""
        var more: [Rule] = []
    }

    private(set) var services: [String: [Method]] = [:]
    /// Fields by a message's whole name, which begins with a dot.
    private(set) var messages: [String: [Field]] = [:]
    private var enums: Set<String> = []
    private var files: Set<String> = []
    /// Why Envoy could not use it, in words; the first is enough.
    private(set) var problem: String?

    /// Nil when the bytes are no descriptor set.
    init?(_ bytes: [UInt8]) {
        do {
            try WireReader.read(bytes) { try read($0) }
        } catch {
            return nil
        }
        checkTypes()
    }

    // MARK: Reading

    private mutating func read(_ start: WireReader) throws {
        var reader = start
        while let tag = try reader.nextTag() {
            if tag.field == 1 { try file(try reader.message(tag)) } else { try reader.skip(tag) }
        }
    }

    private mutating func file(_ start: WireReader) throws {
        // The package comes to be known first, wherever it stands.
        var (name, package) = ("", "")
        var reader = start
        while let tag = try reader.nextTag() {
            switch tag.field {
            case 1: name = try reader.string(tag)
            case 2: package = try reader.string(tag)
            default: try reader.skip(tag)
            }
        }
        // Envoy, too, takes the same file again for no mistake.
        guard files.insert(name).inserted else { return }
        let scope = package.isEmpty ? "" : ".\(package)"
        reader = start
        while let tag = try reader.nextTag() {
            switch tag.field {
            case 3:
                let dependency = try reader.string(tag)
                if !files.contains(dependency) { fail("'\(name)' imports '\(dependency)', which does not stand before it; make the set with protoc --include_imports") }
            case 4: try message(try reader.message(tag), in: scope)
            case 5: try enumeration(try reader.message(tag), in: scope)
            case 6: try service(try reader.message(tag), in: scope)
            default: try reader.skip(tag)
            }
        }
    }

    private mutating func message(_ start: WireReader, in scope: String, depth: Int = 0) throws {
        var name = ""
        var reader = start
        while let tag = try reader.nextTag() { if tag.field == 1 { name = try reader.string(tag) } else { try reader.skip(tag) } }
        let whole = "\(scope).\(name)"
        var fields: [Field] = []
        reader = start
        while let tag = try reader.nextTag() {
            switch tag.field {
            case 2: fields.append(try field(try reader.message(tag)))
            case 3 where depth < 32: try message(try reader.message(tag), in: whole, depth: depth + 1)
            case 4: try enumeration(try reader.message(tag), in: whole)
            default: try reader.skip(tag)
            }
        }
        if messages.updateValue(fields, forKey: whole) != nil { fail("there are two messages '\(whole.dropFirst())'") }
    }

    private func field(_ start: WireReader) throws -> Field {
        var field = Field()
        var reader = start
        while let tag = try reader.nextTag() {
            switch tag.field {
            case 1: field.name = try reader.string(tag)
            case 6: field.typeName = try reader.string(tag)
            case 10: field.jsonName = try reader.string(tag)
            default: try reader.skip(tag)
            }
        }
        return field
    }

    private mutating func enumeration(_ start: WireReader, in scope: String) throws {
        var reader = start
        while let tag = try reader.nextTag() {
            if tag.field == 1 { enums.insert("\(scope).\(try reader.string(tag))") } else { try reader.skip(tag) }
        }
    }

    private mutating func service(_ start: WireReader, in scope: String) throws {
        var name = ""
        var methods: [Method] = []
        var reader = start
        while let tag = try reader.nextTag() {
            switch tag.field {
            case 1: name = try reader.string(tag)
            case 2: methods.append(try method(try reader.message(tag)))
            default: try reader.skip(tag)
            }
        }
        services[String("\(scope).\(name)".dropFirst())] = methods
    }

    private func method(_ start: WireReader) throws -> Method {
        var method = Method()
        var reader = start
        while let tag = try reader.nextTag() {
            switch tag.field {
            case 1: method.name = try reader.string(tag)
            case 2: method.input = try reader.string(tag)
            case 3: method.output = try reader.string(tag)
            case 4:
                var options = try reader.message(tag)
                // google.api.http
                while let tag = try options.nextTag() { if tag.field == 72_295_728 { method.rule = try rule(try options.message(tag)) } else { try options.skip(tag) } }
            default: try reader.skip(tag)
            }
        }
        return method
    }

    private func rule(_ start: WireReader, depth: Int = 0) throws -> Rule {
        var rule = Rule()
        var reader = start
        while let tag = try reader.nextTag() {
            switch tag.field {
            case 2...6: rule.path = try reader.string(tag)
            case 7: rule.body = try reader.string(tag)
            case 8:
                var custom = try reader.message(tag)
                rule.path = ""
                while let tag = try custom.nextTag() { if tag.field == 2 { rule.path = try custom.string(tag) } else { try custom.skip(tag) } }
            case 11 where depth == 0: rule.more.append(try self.rule(try reader.message(tag), depth: 1))
            case 12: rule.responseBody = try reader.string(tag)
            default: try reader.skip(tag)
            }
        }
        return rule
    }

    // MARK: Looking through

    private mutating func fail(_ words: String) { problem = problem ?? words }

    /// What a name stands for, seen from a scope that begins with a dot or is empty.
    private func isKnown(_ name: String, from scope: String) -> Bool {
        if name.hasPrefix(".") { return messages[name] != nil || enums.contains(name) }
        var scope = Substring(scope)
        while true {
            if messages["\(scope).\(name)"] != nil || enums.contains("\(scope).\(name)") { return true }
            guard let dot = scope.lastIndex(of: ".") else { return false }
            scope = scope[..<dot]
        }
    }

    private mutating func checkTypes() {
        for (message, fields) in messages.sorted(by: { $0.key < $1.key }) {
            for field in fields where !field.typeName.isEmpty && !isKnown(field.typeName, from: message) {
                return fail("the type '\(field.typeName)' of '\(message.dropFirst()).\(field.name)' is not in the set; make the set with protoc --include_imports")
            }
        }
        for (service, methods) in services.sorted(by: { $0.key < $1.key }) {
            for method in methods {
                for type in [method.input, method.output] where !isKnown(type, from: ".\(service)") {
                    return fail("the type '\(type)' of the method '\(service).\(method.name)' is not in the set; make the set with protoc --include_imports")
                }
            }
        }
    }

    /// What Envoy would refuse of a service's bindings; nil when nothing.
    func problem(ofService name: String) -> String? {
        for method in services[name] ?? [] {
            guard let rule = method.rule else { continue }
            for binding in [rule] + rule.more {
                let place = "the method '\(name).\(method.name)'"
                if let path = binding.path, !PathTemplate.isUsable(path) { return "the path '\(path)' of \(place) is no template; write one like /shelves/{shelf}/books:list" }
                if !binding.body.isEmpty, binding.body != "*", field(binding.body, of: method.input, from: name) == nil {
                    return "'body' of \(place) names '\(binding.body)', which '\(method.input)' does not have"
                }
                if !binding.responseBody.isEmpty, field(binding.responseBody, of: method.output, from: name)?.typeName != ".google.api.HttpBody" {
                    return "'response_body' of \(place) is '\(binding.responseBody)', and Envoy can take fields of type google.api.HttpBody only"
                }
            }
        }
        return nil
    }

    /// The field at the end of a path such as `shelf.name`.
    private func field(_ path: String, of type: String, from service: String) -> Field? {
        var fields = messages[type] ?? messages[".\(type)"] ?? messages[".\(service.split(separator: ".").dropLast().joined(separator: ".")).\(type)"]
        var found: Field?
        for step in path.split(separator: ".", omittingEmptySubsequences: false) {
            found = fields?.first { $0.name == step || $0.jsonName == step }
            guard let found else { return nil }
            fields = messages[found.typeName]
        }
        return found
    }
}

/// The paths of google.api.http.
enum PathTemplate {
    /// `/`, or segments between slashes (`*`, `**`, text, `{field}`, `{field=segments}`), and a verb behind a colon.
    static func isUsable(_ path: String) -> Bool {
        var rest = Substring(path)
        guard rest.popFirst() == "/" else { return false }
        if rest.isEmpty { return true }
        guard takeSegments(&rest, isWithin: false) else { return false }
        guard let colon = rest.popFirst() else { return true }
        return colon == ":" && !rest.isEmpty && !rest.contains { "/:{}".contains($0) }
    }

    private static func takeSegments(_ rest: inout Substring, isWithin: Bool) -> Bool {
        while true {
            if rest.first == "{" {
                guard !isWithin else { return false }
                rest.removeFirst()
                let name = takeText(&rest, until: "=}/:{*")
                guard !name.isEmpty else { return false }
                if rest.first == "=" {
                    rest.removeFirst()
                    guard takeSegments(&rest, isWithin: true) else { return false }
                }
                guard rest.popFirst() == "}" else { return false }
            } else if rest.hasPrefix("**") {
                rest.removeFirst(2)
            } else if rest.hasPrefix("*") {
                rest.removeFirst()
            } else if takeText(&rest, until: "/:{}*").isEmpty {
                return false
            }
            guard rest.first == "/" else { return rest.isEmpty || rest.first == ":" || (isWithin && rest.first == "}") }
            rest.removeFirst()
        }
    }

    private static func takeText(_ rest: inout Substring, until ends: String) -> Substring {
        let text = rest.prefix { !ends.contains($0) }
        rest = rest.dropFirst(text.count)
        return text
    }
}
