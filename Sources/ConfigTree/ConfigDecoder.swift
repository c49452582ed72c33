/// Decodes Swift types from a value, for configuration that is read once: settings, plugin settings, tests. Never on the hot path.
///
/// Fields may be written in both spellings, durations go to `Swift.Duration`, and a field that the type did not ask for is refused with its place.
/// What goes wrong is a `ConfigError` with a position.
package struct ConfigDecoder {
    package init() {}

    package func decode<T: Decodable>(_ type: T.Type, from value: ConfigValue) throws(ConfigError) -> T {
        let asked = AskedKeys()
        do {
            let result = try ValueDecoder(value: value, codingPath: [], asked: asked).decode(type)
            if let unknown = asked.firstUnknown(in: value.document) { throw unknown }
            return result
        } catch let error as ConfigError {
            throw error
        } catch let error as DecodingError {
            // Thrown by the type's own `init(from:)`.
            throw ConfigError(ConfigProblem(at: Self.place(of: error, from: value), Self.message(of: error)))
        } catch {
            throw ConfigError(ConfigProblem(at: value, "\(error)"))
        }
    }

    private static func place(of error: DecodingError, from value: ConfigValue) -> ConfigValue {
        let path: [any CodingKey] =
            switch error {
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context), .dataCorrupted(let context):
                context.codingPath
            @unknown default: []
            }
        var place = value
        for key in path {
            guard let next = key.intValue.flatMap({ place[at: $0] }) ?? place[key.stringValue] ?? place[key: key.stringValue] else { break }
            place = next
        }
        return place
    }

    private static func message(of error: DecodingError) -> String {
        switch error {
        case .keyNotFound(let key, _): ProblemText.missing(key.stringValue)
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context): context.debugDescription
        @unknown default: "\(error)"
        }
    }
}

/// Which members each map was asked for: what nobody asked for, nobody knows.
private final class AskedKeys {
    private var asked: [Int: Set<String>] = [:]
    /// Maps that take any key.
    private var open: Set<Int> = []

    func ask(_ index: Int, _ name: String) { asked[index, default: []].insert(name) }
    func begin(_ index: Int) { asked[index, default: []].formUnion([]) }
    func acceptAll(_ index: Int) { open.insert(index) }

    func firstUnknown(in document: ConfigDocument) -> ConfigError? {
        for index in asked.keys.sorted() where !open.contains(index) {
            let known = asked[index] ?? []
            for member in ConfigValue(document: document, index: index).members {
                let name = member.key ?? ""
                guard !known.contains(name), !known.contains(FieldName.lowerCamel(name)) else { continue }
                let near = Suggestion.closest(to: FieldName.lowerCamel(name), among: known)
                return ConfigError(ConfigProblem(atKeyOf: member, ProblemText.unknownField(name, near.map { .here($0) })))
            }
        }
        return nil
    }
}

private struct Key: CodingKey {
    var stringValue: String
    var intValue: Int?

    init(stringValue: String) { self.stringValue = stringValue }

    init(intValue: Int) {
        stringValue = "\(intValue)"
        self.intValue = intValue
    }
}

private struct ValueDecoder: Decoder, SingleValueDecodingContainer {
    let value: ConfigValue
    let codingPath: [any CodingKey]
    let asked: AskedKeys
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<K: CodingKey>(keyedBy type: K.Type) throws -> KeyedDecodingContainer<K> {
        guard value.isMap else { throw wrong(.object) }
        asked.begin(value.index)
        return KeyedDecodingContainer(MapDecoder<K>(value: value, codingPath: codingPath, asked: asked))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard value.isList else { throw wrong(.array) }
        return ListDecoder(value: value, codingPath: codingPath, asked: asked)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { self }

    private func wrong(_ types: SchemaRule.Types, _ range: ClosedRange<Double>? = nil, format: SchemaRule.Format = .none) -> ConfigError {
        var rule = SchemaRule(types: types, format: format)
        if let range { (rule.minimum, rule.maximum) = (range.lowerBound, range.upperBound) }
        return ConfigError(ConfigProblem(at: value, ProblemText.wrongType(value.lastSteps, found: value.found, rule: rule)))
    }

    private func integer<T: FixedWidthInteger>(_ type: T.Type) throws -> T {
        if let integer = value.int64, let result = T(exactly: integer) { return result }
        if let integer = value.uint64, let result = T(exactly: integer) { return result }
        throw wrong(.integer, Double(T.min)...Double(T.max))
    }

    func decodeNil() -> Bool { value.isNull }

    func decode(_ type: Bool.Type) throws -> Bool {
        guard let bool = value.bool else { throw wrong(.boolean) }
        return bool
    }

    func decode(_ type: String.Type) throws -> String {
        guard let text = value.text else { throw wrong(.string) }
        return text
    }

    func decode(_ type: Double.Type) throws -> Double {
        guard let double = value.double else { throw wrong(.number) }
        return double
    }

    func decode(_ type: Float.Type) throws -> Float { Float(try decode(Double.self)) }
    func decode(_ type: Int.Type) throws -> Int { try integer(type) }
    func decode(_ type: Int8.Type) throws -> Int8 { try integer(type) }
    func decode(_ type: Int16.Type) throws -> Int16 { try integer(type) }
    func decode(_ type: Int32.Type) throws -> Int32 { try integer(type) }
    func decode(_ type: Int64.Type) throws -> Int64 { try integer(type) }
    func decode(_ type: UInt.Type) throws -> UInt { try integer(type) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try integer(type) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try integer(type) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try integer(type) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try integer(type) }

    func decode<T: Decodable>(_ type: T.Type) throws -> T {
        if type == Duration.self {
            guard let duration = value.duration?.duration as? T else { throw wrong(.string, format: .duration) }
            return duration
        }
        do {
            return try T(from: self)
        } catch DecodingError.dataCorrupted(let context) where value.isScalar && context.codingPath.count == codingPath.count {
            // An enum with texts as raw values, nearly always.
            guard let cases = type as? any CaseIterable.Type, case let choices = Self.names(cases), !choices.isEmpty else {
                throw ConfigError(ConfigProblem(at: value, context.debugDescription))
            }
            throw ConfigError(ConfigProblem(at: value, ProblemText.notAChoice(value.lastSteps, value.found, choices)))
        }
    }

    private static func names<C: CaseIterable>(_ type: C.Type) -> [String] {
        type.allCases.compactMap { ($0 as? any RawRepresentable<String>)?.rawValue }
    }
}

private struct MapDecoder<K: CodingKey>: KeyedDecodingContainerProtocol {
    let value: ConfigValue
    let codingPath: [any CodingKey]
    let asked: AskedKeys

    /// A dictionary asks for all keys there are; a struct asks for those it knows.
    var allKeys: [K] {
        asked.acceptAll(value.index)
        return value.members.compactMap { K(stringValue: $0.key ?? "") }
    }

    private func member(_ key: K) -> ConfigValue? {
        asked.ask(value.index, key.stringValue)
        return value[key.stringValue] ?? value[key: key.stringValue]
    }

    private func decoder(_ key: K) throws -> ValueDecoder {
        guard let member = member(key) else {
            throw ConfigError(ConfigProblem(at: value, ProblemText.missing(key.stringValue)))
        }
        return ValueDecoder(value: member, codingPath: codingPath + [key], asked: asked)
    }

    func contains(_ key: K) -> Bool { member(key) != nil }
    func decodeNil(forKey key: K) -> Bool { member(key)?.isNull ?? true }
    func decode<T: Decodable>(_ type: T.Type, forKey key: K) throws -> T { try decoder(key).decode(type) }
    func decode(_ type: Bool.Type, forKey key: K) throws -> Bool { try decoder(key).decode(type) }
    func decode(_ type: String.Type, forKey key: K) throws -> String { try decoder(key).decode(type) }
    func decode(_ type: Double.Type, forKey key: K) throws -> Double { try decoder(key).decode(type) }
    func decode(_ type: Float.Type, forKey key: K) throws -> Float { try decoder(key).decode(type) }
    func decode(_ type: Int.Type, forKey key: K) throws -> Int { try decoder(key).decode(type) }
    func decode(_ type: Int8.Type, forKey key: K) throws -> Int8 { try decoder(key).decode(type) }
    func decode(_ type: Int16.Type, forKey key: K) throws -> Int16 { try decoder(key).decode(type) }
    func decode(_ type: Int32.Type, forKey key: K) throws -> Int32 { try decoder(key).decode(type) }
    func decode(_ type: Int64.Type, forKey key: K) throws -> Int64 { try decoder(key).decode(type) }
    func decode(_ type: UInt.Type, forKey key: K) throws -> UInt { try decoder(key).decode(type) }
    func decode(_ type: UInt8.Type, forKey key: K) throws -> UInt8 { try decoder(key).decode(type) }
    func decode(_ type: UInt16.Type, forKey key: K) throws -> UInt16 { try decoder(key).decode(type) }
    func decode(_ type: UInt32.Type, forKey key: K) throws -> UInt32 { try decoder(key).decode(type) }
    func decode(_ type: UInt64.Type, forKey key: K) throws -> UInt64 { try decoder(key).decode(type) }

    func nestedContainer<N: CodingKey>(keyedBy type: N.Type, forKey key: K) throws -> KeyedDecodingContainer<N> {
        try decoder(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: K) throws -> any UnkeyedDecodingContainer { try decoder(key).unkeyedContainer() }
    func superDecoder() throws -> any Decoder { ValueDecoder(value: value, codingPath: codingPath, asked: asked) }
    func superDecoder(forKey key: K) throws -> any Decoder { try decoder(key) }
}

private struct ListDecoder: UnkeyedDecodingContainer {
    let codingPath: [any CodingKey]
    let asked: AskedKeys
    private let elements: [ConfigValue]
    private(set) var currentIndex = 0

    init(value: ConfigValue, codingPath: [any CodingKey], asked: AskedKeys) {
        elements = Array(value.elements)
        self.codingPath = codingPath
        self.asked = asked
    }

    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex == elements.count }

    private mutating func next() throws -> ValueDecoder {
        guard !isAtEnd else {
            throw DecodingError.valueNotFound(ConfigValue.self, .init(codingPath: codingPath, debugDescription: "the list is too short"))
        }
        defer { currentIndex += 1 }
        return ValueDecoder(value: elements[currentIndex], codingPath: codingPath + [Key(intValue: currentIndex)], asked: asked)
    }

    mutating func decodeNil() throws -> Bool {
        guard !isAtEnd, elements[currentIndex].isNull else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T { try next().decode(type) }
    mutating func nestedContainer<N: CodingKey>(keyedBy type: N.Type) throws -> KeyedDecodingContainer<N> { try next().container(keyedBy: type) }
    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { try next().unkeyedContainer() }
    mutating func superDecoder() throws -> any Decoder { try next() }
}
