/// Holds a value against a schema. Allocates only when something is wrong.
struct SchemaValidator {
    let program: SchemaProgram
    let document: ConfigDocument
    private(set) var problems: [ConfigProblem] = []

    init(program: SchemaProgram, document: ConfigDocument) {
        self.program = program
        self.document = document
    }

    /// `outer` is the object rule around this value, for suggestions.
    mutating func check(_ index: Int, against rule: Int, outer: Int32 = -1, leavingOut: [String] = []) {
        switch document.nodes[index].kind {
        case .null:
            // In a map null is "not set"; in a list there is nothing it could mean.
            if document.nodes[index].up > 0, !document.nodes[index].hasKey, !accepts(rule, .null) { wrongType(index, rule) }
        case .map:
            guard accepts(rule, .object) else { return wrongType(index, rule) }
            let object = program.rules[rule].object
            if object >= 0 { checkMembers(index, object: object, outer: outer, leavingOut: leavingOut) }
        case .list:
            guard accepts(rule, .array) else { return wrongType(index, rule) }
            checkElements(index, rule: rule, outer: outer)
        case .scalar:
            checkScalar(index, rule: rule)
        }
    }

    private func accepts(_ rule: Int, _ type: SchemaRule.Types) -> Bool {
        let types = program.rules[rule].types
        return types.isEmpty || types.contains(type)
    }

    // MARK: Maps

    private mutating func checkMembers(_ index: Int, object: Int32, outer: Int32, leavingOut: [String]) {
        // One bit a property; more than 128 properties are not looked at for being set twice.
        var seen: UInt128 = 0
        var child = index + 1
        let end = index + Int(document.nodes[index].size)
        while child < end {
            let next = child + Int(document.nodes[child].size)
            if !leavingOut.isEmpty, leavingOut.contains(where: { document.keyMatch(child, $0.utf8Span.span) != .none }) {
                child = next
                continue
            }
            if let place = program.objects[Int(object)].property(ofKeyAt: child, in: document) {
                if document.nodes[child].kind != .null {
                    let bit: UInt128 = place < 128 ? 1 << UInt128(place) : 0
                    if seen & bit != 0 { add(atKeyOf: child, ProblemText.bothSpellings(of: program.objects[Int(object)].properties[place].name)) }
                    seen |= bit
                    let rule = program.objects[Int(object)].properties[place].rule
                    if program.isRefused(rule) {
                        add(atKeyOf: child, program.refusals[Int(program.rules[rule].refusal)])
                        problems[problems.count - 1].isRefusal = true
                    } else {
                        check(child, against: rule, outer: object)
                    }
                }
            } else {
                switch program.objects[Int(object)].others {
                case .anything: break
                case .refused: unknownField(child, object: object, outer: outer)
                case .rule(let rule): check(child, against: rule, outer: object)
                }
            }
            child = next
        }
        for place in program.objects[Int(object)].required where !isSet(place, index, object, seen) {
            add(at: index, ProblemText.missing(program.objects[Int(object)].properties[place].name))
        }
        for group in program.objects[Int(object)].exclusive {
            let set = group.properties.filter { isSet($0, index, object, seen) }
            if set.count > 1 || (set.isEmpty && group.isOneRequired) { exclusion(index, object, group, set) }
        }
    }

    private func isSet(_ place: Int, _ index: Int, _ object: Int32, _ seen: UInt128) -> Bool {
        guard place >= 128 else { return seen & (1 << UInt128(place)) != 0 }
        return document.member(of: index, field: program.objects[Int(object)].properties[place].name.utf8Span.span) != nil
    }

    private mutating func exclusion(_ index: Int, _ object: Int32, _ group: ObjectRule.Exclusive, _ set: [Int]) {
        let properties = program.objects[Int(object)].properties
        if set.isEmpty {
            add(at: index, ProblemText.oneIsRequired(group.properties.map { properties[$0].name }))
        } else {
            let names = set.map { properties[$0].name }
            let members = set.compactMap { document.member(of: index, field: properties[$0].name.utf8Span.span) }
            add(atKeyOf: members.max() ?? index, ProblemText.excludeEachOther(names))
        }
    }

    private mutating func unknownField(_ child: Int, object: Int32, outer: Int32) {
        let written = FieldName.lowerCamel(ConfigValue(document: document, index: child).key ?? "")
        let properties = program.objects[Int(object)].properties
        var place: ProblemText.Place?
        // A name that would be refused is worth a hint only where none that can be set is as near.
        let settable = properties.filter { !program.isRefused($0.rule) }
        let refused = properties.filter { program.isRefused($0.rule) }
        if let near = Suggestion.closest(to: written, among: settable.map(\.name), before: refused.map(\.name)) {
            place = .here(near)
        } else if let inside = properties.first(where: { has(written, inside: $0.rule) }) {
            place = .inside(inside.name)
        } else if outer >= 0, isSettable(written, outer) {
            place = .above
        }
        add(atKeyOf: child, ProblemText.unknownField(ConfigValue(document: document, index: child).key ?? "", place))
    }

    private func has(_ name: String, inside rule: Int) -> Bool {
        let object = program.rules[rule].object
        return object >= 0 && isSettable(name, object)
    }

    private func isSettable(_ name: String, _ object: Int32) -> Bool {
        guard let place = program.objects[Int(object)].property(name) else { return false }
        return !program.isRefused(program.objects[Int(object)].properties[place].rule)
    }

    // MARK: Lists

    private mutating func checkElements(_ index: Int, rule: Int, outer: Int32) {
        let count = UInt32(document.nodes[index].childCount)
        if count < program.rules[rule].minimumCount || count > program.rules[rule].maximumCount {
            add(at: index, ProblemText.wrongCount(name(index), rule: program.rules[rule], unit: "element"))
        }
        let items = Int(program.rules[rule].items)
        guard items >= 0 else { return }
        var child = index + 1
        let end = index + Int(document.nodes[index].size)
        while child < end {
            check(child, against: items, outer: outer)
            child += Int(document.nodes[child].size)
        }
    }

    // MARK: Scalars

    private mutating func checkScalar(_ index: Int, rule number: Int) {
        let rule = program.rules[number]
        let value = ConfigValue(document: document, index: index)
        if rule.choices >= 0 {
            let choices = program.choices[Int(rule.choices)]
            if !choices.contains(where: { isText(index, $0) }) { add(at: index, ProblemText.notAChoice(name(index), text(index), choices)) }
            return
        }
        guard !rule.types.isEmpty else { return }
        if rule.types.contains(.string) {
            switch rule.format {
            case .duration:
                guard let duration = value.duration else { return add(at: index, ProblemText.notADuration(name(index), text(index))) }
                if duration.seconds < 0 || duration.nanos < 0 { add(at: index, ProblemText.negativeDuration(name(index), text(index))) }
            case .regex:
                if let problem = RE2Syntax.problem(value.text ?? "") { return add(at: index, ProblemText.notARegex(name(index), text(index), problem)) }
                checkLength(index, rule)
            case .headerName:
                if !(value.text ?? "").utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) { return add(at: index, ProblemText.notAHeaderName(name(index), text(index))) }
                checkLength(index, rule)
            case .line:
                if (value.text ?? "").utf8.contains(where: { $0 == 0 || $0 == 0x0a || $0 == 0x0d }) { return add(at: index, ProblemText.notOneLine(name(index))) }
                checkLength(index, rule)
            case .domain:
                if let problem = HostName.problem(ofDomain: value.text ?? "") { return add(at: index, ProblemText.notAHost(text(index), problem)) }
                checkLength(index, rule)
            case .serverName:
                if let problem = HostName.problem(ofServerName: value.text ?? "") { return add(at: index, ProblemText.notAHost(text(index), problem)) }
                checkLength(index, rule)
            case .byte: if value.bytes == nil { add(at: index, ProblemText.notBase64(name(index))) }
            default: checkLength(index, rule)
            }
            return
        }
        if rule.types.contains(.boolean), value.bool != nil { return }
        if rule.types.contains(.integer), isInteger(value, rule) { return }
        if rule.types.contains(.number), let double = value.double, isWithin(double, rule) { return }
        wrongType(index, number)
    }

    private func isInteger(_ value: ConfigValue, _ rule: SchemaRule) -> Bool {
        if rule.format == .uint64 { return value.uint64.map { isWithin(Double($0), rule) } ?? false }
        guard let integer = value.int64 else { return false }
        return !rule.hasNumberBounds || isWithin(Double(integer), rule)
    }

    private func isWithin(_ number: Double, _ rule: SchemaRule) -> Bool {
        guard rule.hasNumberBounds else { return true }
        let isHighEnough = rule.excludesMinimum ? number > rule.minimum : number >= rule.minimum
        let isLowEnough = rule.excludesMaximum ? number < rule.maximum : number <= rule.maximum
        return isHighEnough && isLowEnough
    }

    private mutating func checkLength(_ index: Int, _ rule: SchemaRule) {
        guard rule.minimumCount > 0 || rule.maximumCount < .max else { return }
        let range = document.nodes[index].content
        let characters = document.text.withBytes(range) { text in
            var characters = 0
            for index in text.indices where text[index] & 0xC0 != 0x80 { characters += 1 }
            return characters
        }
        if characters < rule.minimumCount || characters > rule.maximumCount {
            add(at: index, ProblemText.wrongCount(name(index), rule: rule, unit: "character"))
        }
    }

    private func isText(_ index: Int, _ text: String) -> Bool {
        let range = document.nodes[index].content
        guard Int(range.count) == text.utf8.count else { return false }
        return document.text.withBytes(range) { bytes in
            var place = 0
            for byte in text.utf8 {
                if bytes[place] != byte { return false }
                place += 1
            }
            return true
        }
    }

    // MARK: Saying so

    private mutating func wrongType(_ index: Int, _ rule: Int) {
        add(at: index, ProblemText.wrongType(name(index), found: text(index), rule: program.rules[rule]))
    }

    /// `retries.numRetries`: enough of the path to know the field by.
    private func name(_ index: Int) -> String {
        let value = ConfigValue(document: document, index: index)
        guard let parent = value.parent, value.key != nil else { return value.path.isEmpty ? "the value" : value.lastSteps }
        return parent.key == nil ? value.lastSteps : value.path(below: parent.parent)
    }

    private func text(_ index: Int) -> ProblemText.Found { ConfigValue(document: document, index: index).found }

    private mutating func add(at index: Int, _ message: String) {
        problems.append(ConfigProblem(at: ConfigValue(document: document, index: index), message))
    }

    private mutating func add(atKeyOf index: Int, _ message: String) {
        problems.append(ConfigProblem(atKeyOf: ConfigValue(document: document, index: index), message))
    }
}

extension ConfigValue {
    /// The key, or for an element the list's key and its place: `routes[3]`.
    var lastSteps: String {
        key ?? (parent.map { path(below: $0.parent) } ?? path)
    }

    /// What the user wrote, for a message.
    var found: ProblemText.Found {
        switch kind {
        case .null: .nothing
        case .list: .list
        case .map: .map
        case .scalar: isQuoted ? .quoted(text ?? "") : .plain(text ?? "")
        }
    }
}
