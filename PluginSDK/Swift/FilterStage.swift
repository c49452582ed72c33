/// Where an HTTP filter stands, as Gloo's users write it: `{stage: AuthNStage, predicate: Before}`.
///
/// In a schema: `{"stage": {"enum": ["FaultStage", "CorsStage", "WafStage", "AuthNStage", "AuthZStage", "RateLimitStage", "AcceptedStage",
/// "OutAuthStage", "RouteStage"]}, "predicate": {"enum": ["Before", "During", "After"]}}`.
public struct FilterStage {
    public let stage: Stage
    public let place: Place

    /// - Parameter otherwise: where nothing is said of the stage.
    public init(_ option: Option, otherwise: Stage) {
        stage = option["stage"].text.flatMap(Self.stage) ?? otherwise
        place = option["predicate"].text.map { $0 == "Before" ? .before : $0 == "After" ? .after : .during } ?? .during
    }

    private static func stage(_ name: sluice_text_host) -> Stage? {
        switch name.string {
        case "FaultStage": .fault
        case "CorsStage": .cors
        case "WafStage": .waf
        case "AuthNStage": .authN
        case "AuthZStage": .authZ
        case "RateLimitStage": .rateLimit
        case "AcceptedStage": .accepted
        case "OutAuthStage": .outAuth
        case "RouteStage": .route
        default: nil
        }
    }
}
