import EnvoyDescriptors
import EnvoyWire
import Testing

func decoded<Message: WireMessage>(_ type: Message.Type, _ body: (Message) -> Void) throws -> String {
    try DescriptorPool.envoy.decode("\(type.typeURL)", wireBytes(type, body)).compactJSON
}

@Suite("Decoding")
struct DecodeTests {
    @Test("a route as the builders write it")
    func route() throws {
        let json = try decoded(Route.Route.self) { route in
            route.name("r").match { $0.prefix("/api").headers { $0.name("x").stringMatch { $0.exact("1") } } }
            route.route {
                $0.cluster("c").timeout(seconds: 1, nanos: 500_000_000).prefixRewrite("/")
                    .retryPolicy { $0.retryOn("5xx").numRetries(3).retriableStatusCodes([503, 504]) }
                    .hashPolicy { $0.header { $0.headerName("id") }.terminal(true) }
            }
            route.typedPerFilterConfig("envoy.filters.http.cors", FiltersHttpCors.CorsPolicy.self) { $0.allowCredentials(true).maxAge("60") }
            route.requestHeadersToAdd { $0.header { $0.key("a").value("b") }.appendAction(.overwriteIfExistsOrAdd) }
            route.metadata { $0.filterMetadata("m") { $0.fields("n") { $0.numberValue(5) } } }
        }
        #expect(
            json == """
                {"match":{"prefix":"/api","headers":[{"name":"x","stringMatch":{"exact":"1"}}]},\
                "route":{"cluster":"c","prefixRewrite":"/","timeout":"1.500s",\
                "retryPolicy":{"retryOn":"5xx","numRetries":3,"retriableStatusCodes":[503,504]},\
                "hashPolicy":[{"header":{"headerName":"id"},"terminal":true}]},\
                "metadata":{"filterMetadata":{"m":{"n":5}}},\
                "requestHeadersToAdd":[{"header":{"key":"a","value":"b"},"appendAction":"OVERWRITE_IF_EXISTS_OR_ADD"}],\
                "typedPerFilterConfig":{"envoy.filters.http.cors":\
                {"@type":"type.googleapis.com/envoy.extensions.filters.http.cors.v3.CorsPolicy",\
                "maxAge":"60","allowCredentials":true}},"name":"r"}
                """
        )
    }

    @Test("a cluster and a listener with their extensions")
    func clusterAndListener() throws {
        let cluster = try decoded(Cluster.Cluster.self) { cluster in
            cluster.name("c").type(.strictDns).connectTimeout(seconds: 5).lbPolicy(.leastRequest)
            cluster.typedExtensionProtocolOptions("p", UpstreamsHttp.HttpProtocolOptions.self) {
                $0.explicitHttpConfig { $0.http2ProtocolOptions { _ in } }
            }
            cluster.loadAssignment {
                $0.clusterName("c").endpoints {
                    $0.lbEndpoints { $0.endpoint { $0.address { $0.socketAddress { $0.address("::1").portValue(0) } } } }
                }
            }
        }
        #expect(
            cluster == """
                {"name":"c","type":"STRICT_DNS","connectTimeout":"5s","lbPolicy":"LEAST_REQUEST","loadAssignment":{"clusterName":"c",\
                "endpoints":[{"lbEndpoints":[{"endpoint":{"address":{"socketAddress":{"address":"::1","portValue":0}}}}]}]},\
                "typedExtensionProtocolOptions":{"p":{"@type":"type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",\
                "explicitHttpConfig":{"http2ProtocolOptions":{}}}}}
                """
        )
        let listener = try decoded(Listener.Listener.self) { listener in
            listener.name("l").filterChains {
                $0.filters {
                    $0.name("hcm").typedConfig(FiltersNetworkHttpConnectionManager.HttpConnectionManager.self) {
                        $0.statPrefix("s").rds { $0.routeConfigName("r").configSource { $0.ads { _ in }.resourceApiVersion(.v3) } }
                            .httpFilters { $0.name("router").typedConfig(FiltersHttpRouter.Router.self) }
                    }
                }
            }
        }
        #expect(
            listener == """
                {"name":"l","filterChains":[{"filters":[{"name":"hcm","typedConfig":{"@type":"type.googleapis.com/\
                envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager","statPrefix":"s","rds":\
                {"configSource":{"ads":{},"resourceApiVersion":"V3"},"routeConfigName":"r"},"httpFilters":[{"name":"router",\
                "typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}]}}]}]}
                """
        )
    }

    @Test("joined fragments merge: lists append, messages unite, a map key and a scalar twice replace")
    func merging() throws {
        let json = try decoded(Route.Route.self) { route in
            route.route { $0.cluster("a").timeout(seconds: 15) }
            route.responseHeadersToRemove("x").typedPerFilterConfig("k", FiltersHttpCors.CorsPolicy.self) { $0.maxAge("1") }
            route.name("first")
            route.route { $0.timeout(seconds: 0, nanos: 500_000_000).retryPolicy { $0.numRetries(1) } }
            route.route { $0.retryPolicy { $0.retryOn("5xx").numRetries(0) } }
            route.responseHeadersToRemove("y").typedPerFilterConfig("k", FiltersHttpCors.CorsPolicy.self) { $0.exposeHeaders("h") }
            route.name("second")
        }
        #expect(
            json == """
                {"route":{"cluster":"a","timeout":"0.500s","retryPolicy":{"retryOn":"5xx","numRetries":0}},\
                "responseHeadersToRemove":["x","y"],"typedPerFilterConfig":{"k":{"@type":"type.googleapis.com/\
                envoy.extensions.filters.http.cors.v3.CorsPolicy","exposeHeaders":"h"}},"name":"second"}
                """
        )
    }

    @Test("another case of a oneof replaces the one before")
    func oneofs() throws {
        let json = try decoded(Route.Route.self) {
            $0.route { $0.cluster("a") }.redirect { $0.hostRedirect("h") }.route { $0.prefixRewrite("/") }
        }
        #expect(json == #"{"route":{"prefixRewrite":"/"}}"#)
    }

    @Test("names may be those of the .proto files")
    func protoNames() throws {
        let bytes = wireBytes(Route.RouteAction.self) { $0.maxGrpcTimeout(seconds: 1) }
        #expect(
            try DescriptorPool.envoy.decode("envoy.config.route.v3.RouteAction", bytes, names: .proto).compactJSON
                == #"{"max_grpc_timeout":"1s"}"#
        )
    }

    @Test("a member tells where in the bytes its field stands: the last of a scalar, the first of a message")
    func offsets() throws {
        let bytes = wireBytes(Route.Route.self) { $0.name("a").route { $0.cluster("c") }.name("b").route { $0.cluster("d") } }
        let json = try DescriptorPool.envoy.decode("envoy.config.route.v3.Route", bytes)
        guard case .object(let members) = json else { return #expect(Bool(false)) }
        #expect(members.map(\.key) == ["route", "name"])
        #expect(members.map(\.offset) == [3, 8])
        guard case .object(let action) = members[0].value else { return #expect(Bool(false)) }
        #expect(action[0].offset == 13)
    }

    @Test("what the type does not have is shown, not dropped")
    func unknown() throws {
        let json = try decoded(Route.Route.self) { $0.name("r").output.text(9999, "secret") }
        #expect(json == #"{"name":"r","@unknown":["field 9999, 10 bytes"]}"#)
        let any = try decoded(Core.TypedExtensionConfig.self) { $0.typedConfig { $0.typeUrl("x/my.Own").value([1, 2]) } }
        #expect(any == #"{"typedConfig":{"@type":"x/my.Own","value":"AQI=","@unknown":["no such message type"]}}"#)
    }

    @Test("a message in itself a thousand times is an error")
    func depth() {
        let bytes = wireBytes(Protobuf.Value.self) { nest($0, 1000) }
        #expect(throws: DescriptorError.self) { try DescriptorPool.envoy.decode("google.protobuf.Value", bytes) }
    }

    private func nest(_ value: Protobuf.Value, _ depth: Int) {
        value.listValue { $0.values { if depth > 0 { nest($0, depth - 1) } } }
    }

    @Test("hostile bytes are errors or messages, never a crash")
    func fuzz() {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("fuzz: seed \(seed)")
        var random = SplitMix(state: seed)
        let sample = wireBytes(Listener.Listener.self) {
            $0.name("l").filterChains { $0.filters { $0.name("f").typedConfig(FiltersHttpRouter.Router.self) { $0.dynamicStats(true) } } }
        }
        for round in 0..<3000 {
            var bytes = round % 2 == 0 ? sample : (0..<Int.random(in: 0..<80, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            for _ in 0..<(round % 7) where !bytes.isEmpty {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            for type in ["envoy.config.listener.v3.Listener", "envoy.config.route.v3.Route", "google.protobuf.Struct"] {
                // Thrown or not, it must end, and what is decoded must be printable.
                guard let json = try? DescriptorPool.envoy.decode(type, bytes) else { continue }
                #expect(!json.yaml().isEmpty, "seed \(seed)")
            }
        }
    }
}

struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        let mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        return mixed ^ (mixed >> 27)
    }
}
