import Testing

extension EndToEnd {
    /// Services of Kubernetes, by their names.
    @Suite(.sharedEdge("kubernetes")) struct Kubernetes {
        @Test("a Service is found by its DNS name in the domain of the cluster")
        func service() async throws {
            let edge = try SharedEdge.edge
            let pets = try await Upstream.start("kubernetes-pets")
            try await edge.apply(
                "kubernetes",
                """
                ---
                apiVersion: gloo.solo.io/v1
                kind: Settings
                metadata: {name: default, namespace: gloo-system}
                spec: {kubernetes: {clusterDomain: localhost}}
                ---
                apiVersion: gloo.solo.io/v1
                kind: Upstream
                metadata: {name: kubernetes-pets, namespace: default}
                spec: {kube: {serviceName: pets, serviceNamespace: shop, servicePort: \(pets.port)}}

                """ + virtualService("kubernetes", "- \(pets.action)\n  options: {autoHostRewrite: true}")
            )
            // Every name that ends with localhost is this machine's.
            try await eventually("the Service answers", context: { edge.logTails }) {
                try await edge.client().get("/", host: "kubernetes.test").upstream == pets.name
            }
            #expect(pets.requests.last?.header("host") == "pets.shop.svc.localhost")
        }
    }
}
