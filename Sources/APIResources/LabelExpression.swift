package import ConfigTree

/// A condition on labels.
package struct LabelExpression: Sendable {
    package let value: ConfigValue
    package init(_ value: ConfigValue) { self.value = value }

    /// The pairs of a map of labels.
    package static func labels(_ map: ConfigValue) -> [(String, String)] {
        map.members.map { ($0.key ?? "", $0.text ?? "") }
    }

    /// What can never hold as it was meant, in the first expression that has such a thing.
    package static func problem(of expressions: [LabelExpression]) -> (ConfigValue, String)? {
        for expression in expressions {
            let values = expression.value["values"]?.elements.compactMap(\.text) ?? []
            switch expression.value["operator"]?.text {
            case "GreaterThan", "LessThan":
                if values.count != 1 || Int(values[0]) == nil { return (expression.value, "'GreaterThan' and 'LessThan' compare with one whole number in 'values'") }
            case "Exists", "DoesNotExist": break
            default: if values.isEmpty { return (expression.value, "there is nothing to compare with; write 'values'") }
            }
        }
        return nil
    }

    package func matches(_ labels: [String: String]) -> Bool {
        let key = value["key"]?.text ?? ""
        let values = value["values"]?.elements.compactMap(\.text) ?? []
        let label = labels[key]
        switch value["operator"]?.text {
        case "Equals", "DoubleEquals", "In": return label.map(values.contains) ?? false
        case "NotEquals", "NotIn": return label.map { !values.contains($0) } ?? true
        case "Exists": return label != nil
        case "DoesNotExist": return label == nil
        case "GreaterThan": return compare(label, values, >)
        case "LessThan": return compare(label, values, <)
        default: return false
        }
    }

    private func compare(_ label: String?, _ values: [String], _ holds: (Int, Int) -> Bool) -> Bool {
        guard let label = label.flatMap({ Int($0) }), let value = values.first.flatMap({ Int($0) }) else { return false }
        return holds(label, value)
    }
}
