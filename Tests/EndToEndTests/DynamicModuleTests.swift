import Foundation
import Testing

extension EndToEnd {
    /// Filters that are shared libraries in the proxy.
    @Suite struct DynamicModule {
        /// What Envoy's ABI asks of a library, and this one does not act on.
        private static let others = """
            config_destroy destroy request_body request_trailers response_headers response_body response_trailers stream_complete
            per_route_config_new per_route_config_destroy http_callout_done scheduled downstream_above_write_buffer_high_watermark
            downstream_below_write_buffer_low_watermark local_reply http_stream_complete http_stream_data http_stream_headers
            http_stream_reset http_stream_trailers config_scheduled config_http_callout_done config_http_stream_complete
            config_http_stream_data config_http_stream_headers config_http_stream_reset config_http_stream_trailers
            """

        /// Answers each request 418, with its configuration as the body.
        private static let source = """
            #include <stddef.h>
            #include <stdint.h>
            typedef struct { const char *bytes; size_t length; } text;
            void envoy_dynamic_module_callback_http_send_response(void *, uint32_t, void *, size_t, text, text) __attribute__((weak));
            static char body[64];
            static size_t length;
            const char *envoy_dynamic_module_on_program_init(void) { return "test"; }
            const void *envoy_dynamic_module_on_http_filter_config_new(void *envoy, text name, text config) {
                for (length = 0; length < config.length && length < sizeof body; length++) body[length] = config.bytes[length];
                return body;
            }
            const void *envoy_dynamic_module_on_http_filter_new(const void *config, void *envoy) { return envoy; }
            size_t envoy_dynamic_module_on_http_filter_request_headers(void *envoy, void *filter, int isEnd) {
                envoy_dynamic_module_callback_http_send_response(envoy, 418, 0, 0, (text){body, length}, (text){0, 0});
                return 1;
            }

            """

        @Test("a library of the proxy runs with its configuration")
        func library() async throws {
            let folder = try TemporaryFolder()
            let others = Self.others.split { $0 == " " || $0 == "\n" }.map { "size_t envoy_dynamic_module_on_http_filter_\($0)(void) { return 0; }\n" }
            try folder.write("teapot.c", Self.source + others.joined())
            let made = try await ChildProcess.run("clang", "/usr/bin/env", ["clang", "-shared", "-fPIC", "-o", "\(folder.path)/libteapot.so", "\(folder.path)/teapot.c"])
            #expect(made.exit == .code(0), "\(made.errors)")
            try await Edge.with("dynamic-module", Edge.Options(environment: ["ENVOY_DYNAMIC_MODULES_SEARCH_PATH": folder.path])) { edge in
                let pets = try await Upstream.start("module-pets")
                let port = try freePort()
                try await edge.apply(
                    "module",
                    Edge.gateway("module", port: port, "httpGateway: {options: {dynamicModules: [{name: teapot, filterName: any, config: I am a teapot}]}}")
                        + pets.object() + virtualService("module", "- \(pets.action)")
                )
                let client = Client(port: port)
                try await eventually("the library answers") { (try? await client.get("/", host: "module.test"))?.status == 418 }
                #expect(try await client.get("/", host: "module.test").body == "I am a teapot")
                #expect(pets.requests.isEmpty)
            }
        }
    }
}
