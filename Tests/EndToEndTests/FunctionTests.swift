import Foundation
import Testing

extension EndToEnd {
    /// Functions of AWS Lambda and Azure; servers of the test stand in for the providers.
    @Suite(.sharedEdge("functions")) struct Functions {
        @Test("a Lambda function is invoked with a signature, one of several destinations too, and what names none is not touched")
        func lambda() async throws {
            let edge = try SharedEdge.edge
            let lambda = try await Upstream.start("lambda") { request in
                guard request.path.contains("wrapped") else { return Upstream.Reply() }
                return Upstream.Reply(headers: [("content-type", "application/json")], body: #"{"statusCode": 201, "headers": {"x-made": "1"}, "body": "done"}"#)
            }
            let pets = try await Upstream.start("lambda-pets")
            try await edge.apply(
                "lambda",
                """
                ---
                apiVersion: gloo.solo.io/v1
                kind: Secret
                metadata: {name: lambda-keys, namespace: default}
                spec: {aws: {accessKey: AKIDREX, secretKey: very-secret, sessionToken: token}}
                ---
                apiVersion: gloo.solo.io/v1
                kind: Upstream
                metadata: {name: lambda, namespace: default}
                spec:
                  aws:
                    region: us-east-1
                    awsAccountId: '123456789012'
                    secretRef: {name: lambda-keys}
                    endpoint: {address: 127.0.0.1, port: \(lambda.port), plaintext: true}
                    lambdaFunctions:
                    - {logicalName: plain, lambdaFunctionName: hello, qualifier: '7'}
                    - {lambdaFunctionName: wrapped}

                """
                    + pets.object()
                    + virtualService(
                        "lambda",
                        """
                        - matchers: [{prefix: /plain}]
                          routeAction: {single: {upstream: {name: lambda}, destinationSpec: {aws: {logicalName: plain, invocationStyle: ASYNC}}}}
                        - matchers: [{prefix: /wrapped}]
                          routeAction: {single: {upstream: {name: lambda}, destinationSpec: {aws: {logicalName: wrapped, wrapAsJson: true}}}}
                        - matchers: [{prefix: /weighted}]
                          routeAction: {multi: {destinations: [{destination: {upstream: {name: lambda}, destinationSpec: {aws: {logicalName: plain}}}, weight: 1}]}}
                        - \(pets.action)
                        """
                    )
            )
            let client = edge.client()
            #expect(try await client.send("POST", "/plain/a?b=c", host: "lambda.test", body: "a body").upstream == "lambda")
            let invoked = try #require(lambda.requests.last)
            #expect([invoked.method, invoked.body] == ["POST", "a body"])
            #expect(invoked.path.removingPercentEncoding == "/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:hello:7/invocations")
            #expect(invoked.header("host") == "127.0.0.1:\(lambda.port)")
            #expect(invoked.header("x-amz-invocation-type") == "Event")
            #expect(invoked.header("x-amz-security-token") == "token")
            let signature = try #require(invoked.header("authorization"))
            #expect(signature.hasPrefix("AWS4-HMAC-SHA256 Credential=AKIDREX/"))
            #expect(signature.contains("/us-east-1/lambda/aws4_request"))

            let made = try await client.send("PUT", "/wrapped/a?b=c", host: "lambda.test", body: "a body")
            #expect([made.body, made.header("x-made")] == ["done", "1"])
            #expect(made.status == 201)
            let wrapped = try #require(lambda.requests.last)
            #expect(wrapped.header("x-amz-invocation-type") == "RequestResponse")
            #expect(wrapped.body.contains(#""method":"PUT""#))

            #expect(try await client.get("/weighted", host: "lambda.test").upstream == "lambda")
            #expect(lambda.requests.last?.header("authorization")?.hasPrefix("AWS4-HMAC-SHA256") == true)
            #expect(try await client.get("/", host: "lambda.test").upstream == pets.name)
            #expect([pets.requests.last?.path, pets.requests.last?.header("authorization")] == ["/", nil])
        }

        @Test("a function of Azure is called at its path, with its key and the query of the request")
        func azure() async throws {
            let edge = try SharedEdge.edge
            let app = try await Upstream.start("azure")
            try await edge.apply(
                "azure",
                """
                ---
                apiVersion: gloo.solo.io/v1
                kind: Secret
                metadata: {name: azure-keys, namespace: default}
                spec: {azure: {apiKeys: {guarded: 'key%with%percent', _master: master}}}
                ---
                apiVersion: gloo.solo.io/v1
                kind: Upstream
                metadata: {name: azure, namespace: default}
                spec:
                  azure:
                    functionAppName: pets
                    secretRef: {name: azure-keys}
                    functions: [{functionName: open}, {functionName: guarded, authLevel: Function}, {functionName: chief, authLevel: Admin}]
                    endpoint: {address: 127.0.0.1, port: \(app.port), plaintext: true}

                """
                    + virtualService(
                        "azure",
                        ["open", "guarded", "chief"].map { name in
                            """
                            - matchers: [{prefix: /\(name)}]
                              routeAction: {single: {upstream: {name: azure}, destinationSpec: {azure: {functionName: \(name)}}}}
                            """
                        }.joined(separator: "\n")
                    )
            )
            for (name, key) in [("open", "mine"), ("guarded", "key%with%percent"), ("chief", "master")] {
                #expect(try await edge.client().get("/\(name)/a?b=c%20d", host: "azure.test", headers: [("x-functions-key", "mine")]).upstream == "azure")
                let called = try #require(app.requests.last)
                #expect([called.path, called.header("host")] == ["/api/\(name)?b=c%20d", "pets.azurewebsites.net"])
                #expect(called.headers(named: "x-functions-key") == [key])
            }
        }
    }
}
