import APIResources
import ConfigTree
import Testing

@Suite struct LabelExpressionTests {
    /// Expression, labels of the virtual service, whether it is taken.
    static let cases: [(String, [String: String], Bool)] = [
        ("{key: a, operator: Equals, values: [x]}", ["a": "x"], true),
        ("{key: a, operator: Equals, values: [x]}", ["a": "y"], false),
        ("{key: a, operator: Equals, values: [x]}", [:], false),
        ("{key: a, operator: DoubleEquals, values: [x]}", ["a": "x"], true),
        ("{key: a, operator: In, values: [x, y]}", ["a": "y"], true),
        ("{key: a, operator: In, values: []}", ["a": "y"], false),
        ("{key: a, operator: NotEquals, values: [x]}", ["a": "y"], true),
        ("{key: a, operator: NotEquals, values: [x]}", [:], true),
        ("{key: a, operator: NotIn, values: [x, y]}", ["a": "y"], false),
        ("{key: a, operator: Exists}", ["a": ""], true),
        ("{key: a, operator: Exists}", ["b": ""], false),
        ("{key: a, operator: DoesNotExist}", ["b": ""], true),
        ("{key: a, operator: GreaterThan, values: ['2']}", ["a": "10"], true),
        ("{key: a, operator: GreaterThan, values: ['2']}", ["a": "2"], false),
        ("{key: a, operator: LessThan, values: ['2']}", ["a": "-1"], true),
        ("{key: a, operator: LessThan, values: ['2']}", ["a": "one"], false),
        ("{key: a, operator: LessThan, values: ['2']}", [:], false),
    ]

    @Test("label expressions take what Kubernetes' selectors take", arguments: cases)
    func matches(_ expression: String, _ labels: [String: String], _ isTaken: Bool) throws {
        let text = "{httpGateway: {virtualServiceExpressions: {expressions: [\(expression)]}}}"
        let gateway = Gateway(try YAML.parseOne(text, file: "gateway.yaml").root)
        #expect(try #require(gateway.http?.expressions?.first).matches(labels) == isTaken)
    }
}
