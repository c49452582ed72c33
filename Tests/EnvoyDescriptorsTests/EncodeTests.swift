import EnvoyDescriptors
import Testing

@Suite("Encoding")
struct EncodeTests {
    private func roundTrip(_ type: String, _ json: String) throws -> String {
        let bytes = try DescriptorPool.envoy.encode(type, ProtoJSON(json: json))
        return try DescriptorPool.envoy.decode(type, bytes).compactJSON
    }

    private func refusal(_ type: String, _ json: String) -> String {
        do {
            _ = try DescriptorPool.envoy.encode(type, ProtoJSON(json: json))
            return "accepted"
        } catch {
            return "\(error)"
        }
    }

    @Test("both kinds of names are taken")
    func names() throws {
        let route = "envoy.config.route.v3.RouteAction"
        #expect(try roundTrip(route, #"{"cluster_header":"x","maxGrpcTimeout":"0.25s"}"#) == #"{"clusterHeader":"x","maxGrpcTimeout":"0.250s"}"#)
    }

    @Test("values with a JSON of their own come back as they went in", arguments: [
        #"{"a":[1,"2",true,null,{"b":[]}],"c":-1.5}"#, "{}", #"{"n":1e+300}"#,
    ])
    func structs(json: String) throws {
        #expect(try roundTrip("google.protobuf.Struct", json) == json)
    }

    @Test("times come back as they went in", arguments: [
        ("Duration", "-1.500s"), ("Duration", "0s"), ("Duration", "0.000000001s"), ("Duration", "-0.250s"),
        ("Timestamp", "1970-01-01T00:00:00Z"), ("Timestamp", "2024-02-29T23:59:59.123456Z"), ("Timestamp", "1969-12-31T23:59:59Z"),
        ("Timestamp", "0001-01-01T00:00:00Z"), ("Timestamp", "9999-12-31T23:59:59.999999999Z"), ("Timestamp", "2000-03-01T00:00:00Z"),
    ])
    func times(type: String, text: String) throws {
        #expect(try roundTrip("google.protobuf.\(type)", "\"\(text)\"") == "\"\(text)\"")
    }

    @Test("a time with an offset is shown in UTC; 64 bits are strings, wrappers and masks plain")
    func forms() throws {
        #expect(try roundTrip("google.protobuf.Timestamp", #""2026-01-01T01:30:00+01:30""#) == #""2026-01-01T00:00:00Z""#)
        #expect(try roundTrip("google.protobuf.UInt64Value", "18446744073709551615") == #""18446744073709551615""#)
        #expect(try roundTrip("google.protobuf.BoolValue", "false") == "false")
        #expect(try roundTrip("google.protobuf.FloatValue", "0.1") == "0.1")
        #expect(try roundTrip("google.protobuf.DoubleValue", #""-Infinity""#) == #""-Infinity""#)
        #expect(try roundTrip("google.protobuf.BytesValue", #""_-8""#) == #""/+8=""#)
        #expect(try roundTrip("google.protobuf.FieldMask", #""a.fooBar,b""#) == #""a.fooBar,b""#)
        #expect(try roundTrip("google.protobuf.Any", #"{"@type":"x/google.protobuf.Duration","value":"1s"}"#)
            == #"{"@type":"x/google.protobuf.Duration","value":"1s"}"#)
    }

    @Test("what is wrong is said with its path and what may have been meant")
    func refusals() {
        let route = "envoy.config.route.v3.Route"
        #expect(refusal(route, #"{"route":{"clustre":"a"}}"#) == #"route: unknown field "clustre" (did you mean "cluster"?)"#)
        #expect(refusal(route, #"{"route":{"timeout":"5"}}"#) == #"route.timeout: want a time like "1.5s", not "5""#)
        #expect(refusal(route, #"{"redirect":{"responseCode":"FUOND"}}"#) == #"redirect.responseCode: unknown value "FUOND" (did you mean "FOUND"?)"#)
        #expect(refusal(route, #"{"route":{},"redirect":{}}"#) == #""route" and "redirect" exclude each other (action)"#)
        #expect(refusal("envoy.config.core.v3.SocketAddress", #"{"portValue":-1}"#) == "portValue: -1 is out of range (0 to 4294967295)")
        #expect(refusal("envoy.config.core.v3.SocketAddress", #"{"portValue":1.5}"#) == #"portValue: want a whole number, not "1.5""#)
        #expect(refusal(route, #"{"requestHeadersToRemove":["a",1]}"#) == "requestHeadersToRemove.[1]: want a string, not 1")
        #expect(refusal("no.Such", "{}") == #"unknown message type "no.Such""#)
        #expect(refusal(route, #"{"typedPerFilterConfig":{"k":{"@type":"x/envoy.extensions.filters.http.cors.v3.CorsPolcy"}}}"#)
            .contains(#"(did you mean "envoy.extensions.filters.http.cors.v3.CorsPolicy"?)"#))
    }

    @Test("JSON that is none is refused with its line", arguments: ["{", "[1,]", #""\u12"#, "{\"a\":\n\n tru}", "1 2", "", #""\ud800""#])
    func badJSON(text: String) {
        #expect(throws: DescriptorError.self) { try ProtoJSON(json: text) }
    }
}
