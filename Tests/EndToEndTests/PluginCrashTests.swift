import Foundation
import Testing

extension EndToEnd {
    /// A plugin in the process of the control plane can end it. The next start does without it.
    @Suite("A plugin that crashes")
    struct PluginCrashTests {
        /// Answers a route's option {how: text} with what its text says.
        private static let source = #"""
            #include "sluice_plugin.h"
            #include <stdlib.h>
            #include <string.h>
            #define TEXT(literal) {(const uint8_t *)(literal), sizeof(literal) - 1}
            static int deeper(volatile int level) { volatile char room[4096]; room[0] = (char)level; return deeper(level + 1) + room[0]; }
            static sluice_status hook(void *context, const sluice_host *host, sluice_call *call, sluice_buffer *output, sluice_value option) {
                (void)context; (void)output;
                sluice_text_host how;
                if (!host->text(call, host->member(call, option, (const uint8_t *)"how", 3), &how)) return SLUICE_OK;
                if (how.length == 4 && !memcmp(how.bytes, "segv", 4)) *(volatile int *)0 = 1;
                if (how.length == 5 && !memcmp(how.bytes, "abort", 5)) abort();
                if (how.length == 5 && !memcmp(how.bytes, "stack", 5)) return deeper(0);
                return SLUICE_OK;
            }
            static const sluice_hook hooks[] = {{sizeof(sluice_hook), SLUICE_PHASE_ROUTE, 0, TEXT("fragile"), TEXT("ppppu"), (void (*)(void))hook, 0}};
            static const sluice_plugin_descriptor descriptor = {sizeof descriptor, 1, 0, TEXT("fragile"), TEXT("1.0.0"), TEXT("Crashes when asked to."),
                TEXT("{\"route\": {\"fragile\": {\"type\": \"object\", \"properties\": {\"how\": {\"type\": \"string\"}}}}}"), hooks, 1};
            const sluice_plugin_descriptor *sluice_plugin(uint32_t major, uint32_t minor) { (void)minor; return major == 1 ? &descriptor : 0; }
            """#

        private func library() async throws -> TemporaryFolder {
            let folder = try TemporaryFolder()
            try folder.write("fragile.c", Self.source)
            let header = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../PluginSDK/C/include").path
            let made = try await ChildProcess.run(
                "clang", "/usr/bin/env", ["clang", "-O0", "-shared", "-fPIC", "-I\(header)", "-o", "\(folder.path)/libsluice_fragile.so", "\(folder.path)/fragile.c"]
            )
            guard made.exit == .code(0) else { throw TestFailure(made.errors) }
            return folder
        }

        private func shop(_ how: String) -> String {
            virtualService("shop", "- directResponseAction: {status: 200, body: shop}\n  options: {fragile: {how: \(how)}}")
                + virtualService("other", "- directResponseAction: {status: 200, body: other}")
        }

        @Test("it is named with hook and route, comes up quarantined, and is used again when its file is another", arguments: ["segv", "abort", "stack"])
        func crash(how: String) async throws {
            let plugins = try await library()
            try await Edge.with("crash-\(how)", .init(arguments: ["--plugins-dir", plugins.path])) { edge in
                try await edge.apply("shop", shop("well"))
                #expect(try await edge.client().get("/", host: "shop.test").body == "shop")
                try edge.folder.write("shop.yaml", shop(how))
                let crashed = edge.controlPlane
                try await eventually("the control plane ends", context: { crashed.logTail }) { crashed.exit != nil }
                #expect(crashed.log.contains("sluice: a plugin ends the program\nplugin: fragile\nfile: \(plugins.path)/libsluice_fragile.so\n"))
                #expect(crashed.log.contains("\nhook: route 'fragile'\nsubject: "))
                // What was served before goes on at the proxy.
                #expect(try await edge.client().get("/", host: "shop.test").body == "shop")

                try await edge.restartControlPlane()
                try await edge.apply("more", virtualService("more", "- directResponseAction: {status: 200, body: more}"))
                #expect(try await edge.client().get("/", host: "other.test").body == "other")
                #expect(try await edge.client().get("/", host: "shop.test").status == 404)
                #expect(edge.statusFolder.read("virtualservices/default/shop.yaml")?.contains("which is quarantined, since it ended the control plane with SIG") == true)

                // Another file, and an option that does no harm: no restart is needed.
                try edge.folder.write("shop.yaml", shop("well"))
                let path = "\(plugins.path)/libsluice_fragile.so"
                try FileManager.default.copyItem(atPath: path, toPath: path + ".new")
                guard rename(path + ".new", path) == 0 else { throw TestFailure("rename") }
                try await eventually("the new plugin is used", context: { edge.controlPlane.logTail }) {
                    (try? await edge.client().get("/", host: "shop.test"))?.body == "shop"
                }
            }
        }
    }
}
