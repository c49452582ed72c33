/// A function that templates can call.
struct TemplateFunction {
    /// How many arguments it takes.
    let counts: ClosedRange<Int>
    /// Its name in the library.
    let lua: String

    private init(_ counts: ClosedRange<Int>, _ lua: String) {
        self.counts = counts
        self.lua = lua
    }

    /// Inja's, and those that Gloo's Envoy adds.
    static let all: [String: TemplateFunction] = [
        "at": .init(2...2, "at"),
        "capitalize": .init(1...1, "capitalize"),
        "default": .init(2...2, "default"),
        "divisibleBy": .init(2...2, "divisibleBy"),
        "even": .init(1...1, "even"),
        "exists": .init(1...1, "exists"),
        "existsIn": .init(2...2, "existsIn"),
        "first": .init(1...1, "first"),
        "float": .init(1...1, "toFloat"),
        "int": .init(1...1, "int"),
        "isArray": .init(1...1, "is:list"),
        "isBoolean": .init(1...1, "is:boolean"),
        "isFloat": .init(1...1, "is:number"),
        "isInteger": .init(1...1, "is:integer"),
        "isNumber": .init(1...1, "is:any number"),
        "isObject": .init(1...1, "is:map"),
        "isString": .init(1...1, "is:string"),
        "join": .init(2...2, "join"),
        "last": .init(1...1, "last"),
        "length": .init(1...1, "length"),
        "lower": .init(1...1, "lower"),
        "max": .init(1...1, "max"),
        "min": .init(1...1, "min"),
        "odd": .init(1...1, "odd"),
        "range": .init(1...1, "range"),
        "replace": .init(3...3, "replace"),
        "round": .init(2...2, "round"),
        "sort": .init(1...1, "sort"),
        "upper": .init(1...1, "upper"),
        "base64_decode": .init(1...1, "decode"),
        "base64_encode": .init(1...1, "encode"),
        "body": .init(0...0, "body"),
        "context": .init(0...0, "context"),
        "dynamic_metadata": .init(1...2, "dynamicMetadata"),
        "env": .init(1...1, "env"),
        "extraction": .init(1...1, "extraction"),
        "header": .init(1...1, "header"),
        "request_header": .init(1...1, "requestHeader"),
        "substring": .init(2...3, "substring"),
    ]

    /// Those of the library that read the message.
    static let withContext: Set = [
        "body", "context", "decode", "dynamicMetadata", "encode", "exists", "extraction", "header", "requestHeader",
    ]

    /// Those that Gloo's Envoy has and Envoy's Lua cannot do, or that are of later versions of Gloo.
    static let refused: [String: String] = [
        "clusterMetadata": "stock Envoy does not show a cluster's metadata to scripts; write the value into the template",
        "cluster_metadata": "stock Envoy does not show a cluster's metadata to scripts; write the value into the template",
        "include": "there are no other templates here; write the text itself",
        "super": "there are no other templates here; write the text itself",
    ]
}
