import CYaml

/// The events of libyaml, which Yams carries, one after another.
///
/// Yams' own `compose` was tried first: it makes an object and a Swift string of each scalar, hides where both of two equal keys stand,
/// and gives up the whole stream at the first error. This wrapper is the price: the second file of this module with pointers.
///
/// Who owns them: this noncopyable value, which allocates in `init` and frees in `deinit`; libyaml's parser points into `source`, so the
/// three live and die together. What libyaml hands out (anchor, text) belongs to the current event and is read before the next one.
struct YAMLEventReader: ~Copyable {
    enum Event {
        case documentStart, documentEnd, streamEnd
        case alias, scalar, listStart, listEnd, mapStart, mapEnd
    }

    /// What libyaml says about a text that is not YAML. Line and column count from 1.
    struct Failure: Error {
        var message: String
        var context: String
        var line: Int
        var column: Int
        /// Known instead of line and column when the bytes are not text at all.
        var byteOffset: Int?
    }

    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let event: UnsafeMutablePointer<yaml_event_t>
    private let source: UnsafeMutableBufferPointer<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        source = .allocate(capacity: bytes.count)
        _ = source.initialize(from: bytes)
        parser = .allocate(capacity: 1)
        parser.initialize(to: yaml_parser_t())
        event = .allocate(capacity: 1)
        event.initialize(to: yaml_event_t())
        // Fails only without memory, and then so does all else.
        precondition(yaml_parser_initialize(parser) == 1, "libyaml: out of memory")
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, source.baseAddress, source.count)
    }

    deinit {
        yaml_event_delete(event)
        yaml_parser_delete(parser)
        event.deallocate()
        parser.deallocate()
        source.deallocate()
    }

    mutating func next() throws(Failure) -> Event {
        while true {
            yaml_event_delete(event)
            event.pointee = yaml_event_t()
            guard yaml_parser_parse(parser, event) == 1 else { throw failure }
            switch event.pointee.type {
            case YAML_DOCUMENT_START_EVENT: return .documentStart
            case YAML_DOCUMENT_END_EVENT: return .documentEnd
            case YAML_STREAM_END_EVENT: return .streamEnd
            case YAML_ALIAS_EVENT: return .alias
            case YAML_SCALAR_EVENT: return .scalar
            case YAML_SEQUENCE_START_EVENT: return .listStart
            case YAML_SEQUENCE_END_EVENT: return .listEnd
            case YAML_MAPPING_START_EVENT: return .mapStart
            case YAML_MAPPING_END_EVENT: return .mapEnd
            default: continue
            }
        }
    }

    var line: Int { Int(event.pointee.start_mark.line) + 1 }
    var column: Int { Int(event.pointee.start_mark.column) + 1 }

    /// The anchor that the current event sets, or the one that an alias names.
    var anchor: String? {
        switch event.pointee.type {
        case YAML_ALIAS_EVENT: Self.string(event.pointee.data.alias.anchor)
        case YAML_SCALAR_EVENT: Self.string(event.pointee.data.scalar.anchor)
        case YAML_SEQUENCE_START_EVENT: Self.string(event.pointee.data.sequence_start.anchor)
        case YAML_MAPPING_START_EVENT: Self.string(event.pointee.data.mapping_start.anchor)
        default: nil
        }
    }

    /// A scalar without quotes and without the tag that makes it text.
    var isPlainScalar: Bool {
        let scalar = event.pointee.data.scalar
        guard scalar.style == YAML_PLAIN_SCALAR_STYLE else { return false }
        guard let tag = scalar.tag else { return true }
        let name = String(cString: tag)
        return name != "tag:yaml.org,2002:str" && name != "!"
    }

    /// Appends the scalar's text to the document's.
    func appendScalar(to builder: inout DocumentBuilder) -> TextRange {
        let scalar = event.pointee.data.scalar
        guard let start = scalar.value else { return .empty }
        return builder.append(UnsafeBufferPointer(start: start, count: scalar.length))
    }

    private static func string(_ text: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        text.map { String(cString: $0) }
    }

    private var failure: Failure {
        let parser = parser.pointee
        return Failure(
            message: parser.problem.map { String(cString: $0) } ?? "",
            context: parser.context.map { String(cString: $0) } ?? "",
            line: Int(parser.problem_mark.line) + 1,
            column: Int(parser.problem_mark.column) + 1,
            byteOffset: parser.error == YAML_READER_ERROR ? Int(parser.problem_offset) : nil
        )
    }
}
