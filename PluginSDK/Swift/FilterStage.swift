/// Where an option puts a filter: `filterStage: {stage, predicate}` of Gloo's API.
public struct FilterStage: Sendable {
    public let stage: Stage
    public let place: Place

    /// The option's JSON Schema.
    public static let schema = #"""
        {
          "type": "object",
          "additionalProperties": false,
          "properties": {
            "stage": {
              "type": "string",
              "enum": ["FaultStage", "CorsStage", "WafStage", "AuthNStage", "AuthZStage", "RateLimitStage", "AcceptedStage", "OutAuthStage", "RouteStage"],
              "description": "From the client's side to the upstream's."
            },
            "predicate": {"type": "string", "enum": ["During", "Before", "After"], "default": "During", "description": "Beside the stage's own filters, or before or after them."}
          },
          "required": ["stage"]
        }
        """#

    public init(stage: Stage, place: Place = .during) {
        self.stage = stage
        self.place = place
    }

    /// What the user wrote, or `standard` where nothing is written. The schema keeps other words out.
    public init(_ option: Option, standard: FilterStage) {
        guard let stage = option["stage"].string.flatMap(Self.stage) else {
            self = standard
            return
        }
        let place: Place =
            switch option["predicate"].string {
            case "Before": .before
            case "After": .after
            default: .during
            }
        self.init(stage: stage, place: place)
    }

    private static func stage(_ word: String) -> Stage? {
        switch word {
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

extension HttpFilterSubject {
    /// Adds one filter where an option says.
    @inlinable
    public func add<Configuration: WireMessage>(
        _ name: some WireText, at position: FilterStage, weight: Int32 = 0, isDisabled: Bool = false,
        _: Configuration.Type, _ write: (Configuration) -> Void = { _ in }
    ) {
        add(name, stage: position.stage, place: position.place, weight: weight, isDisabled: isDisabled, Configuration.self, write)
    }
}
