import Foundation
import Testing

extension EndToEnd {
    /// Filters that are WebAssembly modules.
    @Suite(.sharedEdge("wasm")) struct Wasm {
        /// A module that adds its configuration to each request as the header x-wasm; made by `clang --target=wasm32` of
        ///
        ///     proxy_on_configure(c, n)           { proxy_get_buffer_bytes(7, 0, n, &config, &length); return 1; }
        ///     proxy_on_request_headers(c, n, e)  { proxy_add_header_map_value(0, "x-wasm", 6, config, length); return 0; }
        private static let module = Data(
            base64Encoded: """
                AGFzbQEAAAABJAZgBX9/f39/AX9gAABgAX8Bf2ACf38Bf2ACf38AYAN/f38BfwI/AgNlbnYWcHJveHlfZ2V0X2J1ZmZlcl9ieXRlcwAAA2Vudhpwcm94eV9hZGRfaGVh
                ZGVyX21hcF92YWx1ZQAAAwcGAQIDAwQFBAUBcAEBAQUDAQABBgcBfwFBoDALB50BBwZtZW1vcnkCABdwcm94eV9hYmlfdmVyc2lvbl8wXzJfMQACGHByb3h5X29uX21l
                bW9yeV9hbGxvY2F0ZQADEXByb3h5X29uX3ZtX3N0YXJ0AAQScHJveHlfb25fY29uZmlndXJlAAUXcHJveHlfb25fY29udGV4dF9jcmVhdGUABhhwcm94eV9vbl9yZXF1
                ZXN0X2hlYWRlcnMABwqFAQYCAAsqAQF/QQBBACgCkKiAgAAiASAAQQdqQXhxajYCkKiAgAAgAUGQiICAAGoLBABBAQslAAJAIAFFDQBBB0EAIAFBlKiAgABBmKiAgAAQ
                gICAgAAaC0EBCwIACycAQQBBgIiAgABBBkEAKAKUqICAAEEAKAKYqICAABCBgICAABpBAAsLDgEAQYAICwd4LXdhc20A
                """,
            options: .ignoreUnknownCharacters
        )
        private static let digest = "cf008f6bbd4058870d7b22f4f9ac940dcd75f71812807a58d7b15108641778c6"

        @Test("a module of the proxy's files and one that it fetches run with their configurations")
        func modules() async throws {
            let edge = try SharedEdge.edge
            let module = try #require(Self.module)
            let folder = try TemporaryFolder()
            try module.write(to: folder.url.appending(path: "filter.wasm"))
            let pets = try await Upstream.start("wasm-pets")
            let modules = try await Upstream.start("wasm-modules") { _ in .init(bytes: [UInt8](module)) }
            let client = try await edge.listener(
                """
                wasm:
                  filters:
                  - {filePath: \(folder.path)/filter.wasm, name: file, config: {'@type': type.googleapis.com/google.protobuf.StringValue, value: from-file}}
                  - name: fetched
                    remote: {upstream: {name: \(modules.name), namespace: default}, uri: 'http://modules.test/filter.wasm', sha256: \(Self.digest)}
                    config: fetched
                """,
                pets.object() + modules.object() + virtualService("wasm", "- \(pets.action)")
            )
            #expect(try await client.get("/", host: "wasm.test").status == 200)
            #expect(pets.requests.last?.headers(named: "x-wasm") == ["from-file", "fetched"])
            #expect(modules.requests.map(\.path) == ["/filter.wasm"])
        }
    }
}
