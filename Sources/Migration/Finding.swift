package import APIResources
internal import ConfigStores
package import ConfigTree

/// What becomes of an object, the worst first.
package enum Verdict: String, CaseIterable, Sendable, Hashable, Comparable {
    /// Needs what only Gloo's own Envoy, or Gloo's servers, have.
    case impossible = "cannot-run-on-stock-envoy"
    /// Stock Envoy can do it, and this version of Sluice does not yet.
    case notYet = "not-yet"
    /// A mistake, which `sluice validate` tells too.
    case refused
    /// Works, and not in each respect as in Gloo.
    case different
    case unchanged

    package static func < (a: Self, b: Self) -> Bool { a.rank < b.rank }

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    /// Something of the object does not run.
    package var failsCheck: Bool { self < .different }
}

/// One difference between Gloo and Sluice that concerns an installation.
package struct Finding: Sendable, Hashable {
    package var verdict: Verdict
    /// Of the rule that found it; also the heading of its paragraph in docs/differences-from-gloo.md.
    package var rule = ""
    /// Nil: the installation as a whole, or a file that cannot be read.
    package var object: ObjectID?
    package var position: ConfigPosition
    /// Empty: the object as a whole.
    package var field: String
    package var what: String
    /// What to do; empty where `what` says it.
    package var advice: String
    /// Where the value begins: a problem of the value is told there, or at its key.
    var valuePosition: ConfigPosition?

    init(_ verdict: Verdict, _ object: ObjectID?, at position: ConfigPosition, field: String = "", _ what: String, advice: String) {
        self.verdict = verdict
        self.object = object
        self.position = position
        self.field = field
        self.what = what
        self.advice = advice
    }

    /// Of an object, at one of its values or as a whole.
    init(_ verdict: Verdict, _ object: ConfigObject, at value: ConfigValue? = nil, _ what: String, advice: String) {
        self.init(verdict, object.id, at: value?.keyPosition ?? object.position, field: value?.path ?? "", what, advice: advice)
        valuePosition = value?.position
    }
}
