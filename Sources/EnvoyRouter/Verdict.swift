/// Whether a condition holds for a request, with the reason in words.
enum Verdict: Sendable {
    case holds
    case fails(String)
    /// It depends on what is not known here; the reason says on what.
    case depends(String)

    init(_ holds: Bool?, _ fails: @autoclosure () -> String, depends: @autoclosure () -> String) {
        self = switch holds {
        case true?: .holds
        case false?: .fails(fails())
        case nil: .depends(depends())
        }
    }
}
