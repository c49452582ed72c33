let schema: StaticString = #"""
    {
      "upstream": {
        "aws": {
          "type": "object",
          "description": "The Lambda functions of a region and account of AWS. A destination says by 'destinationSpec.aws' which of them it calls; requests of routes that do not say it are sent unsigned, and refused by AWS.",
          "additionalProperties": false,
          "properties": {
            "region": {"type": "string", "minLength": 1, "examples": ["us-east-1", "cn-north-1"], "description": "Such as us-east-1."},
            "secretRef": {
              "type": "object",
              "description": "A Secret with 'aws' credentials. Without it, proxies find credentials themselves (environment, files, web identity, container, instance), if 'gloo.awsOptions' in Settings has 'enableCredentialsDiscovey' or 'serviceAccountCredentials'.",
              "additionalProperties": false,
              "properties": {"name": {"type": "string", "minLength": 1}, "namespace": {"type": "string"}},
              "required": ["name"]
            },
            "lambdaFunctions": {
              "type": "array",
              "description": "What destinations can call.",
              "items": {
                "type": "object",
                "additionalProperties": false,
                "properties": {
                  "logicalName": {"type": "string", "minLength": 1, "maxLength": 256, "description": "What destinations call it; 'lambdaFunctionName', if not set."},
                  "lambdaFunctionName": {"type": "string", "minLength": 1, "maxLength": 170, "examples": ["hello"], "description": "Its name, or its ARN."},
                  "qualifier": {"type": "string", "maxLength": 128, "examples": ["7", "$LATEST"], "description": "A version or an alias; the newest, if not set."}
                },
                "required": ["lambdaFunctionName"]
              }
            },
            "awsAccountId": {"type": "string", "examples": ["123456789012"], "description": "Whose functions they are, 12 digits. Needed unless each function has its ARN."},
            "roleArn": {"type": "string", "minLength": 1, "examples": ["arn:aws:iam::123456789012:role/caller"], "description": "A role to call the functions with, such as arn:aws:iam::123456789012:role/caller; taken on by the keys of 'secretRef', or by the credentials that the proxies find. It speaks HTTP/1.1 to AWS: 'useHttp2' and its like cannot be had beside it."},
            "disableRoleChaining": {"type": "boolean", "description": "Take on the role at once with the web identity of the proxy (AWS_WEB_IDENTITY_TOKEN_FILE), not with the role that this identity has itself."},
            "destinationOverrides": {"$ref": "#/$defs/function", "description": "Of all destinations of this upstream, where they do not say it themselves."},
            "endpoint": {
              "type": "object",
              "description": "Another address of the service, such as a VPC endpoint. Not in Gloo.",
              "additionalProperties": false,
              "properties": {
                "address": {"type": "string", "minLength": 1, "examples": ["10.0.0.1", "vpce.example"], "description": "An IP address or a DNS name."},
                "port": {"type": "integer", "minimum": 1, "maximum": 65535, "description": "443, or 80 for plain text, if not set."},
                "plaintext": {"type": "boolean", "description": "Speak no TLS."}
              },
              "required": ["address"]
            }
          },
          "required": ["region"]
        }
      },
      "destinationSpec": {"aws": {"$ref": "#/$defs/function", "description": "A function of an upstream of type 'aws'."}},
      "$defs": {
        "function": {
          "type": "object",
          "additionalProperties": false,
          "properties": {
            "logicalName": {"type": "string", "examples": ["hello"], "description": "One of the upstream's 'lambdaFunctions'."},
            "invocationStyle": {"type": "string", "enum": ["SYNC", "ASYNC"], "default": "SYNC", "description": "ASYNC does not wait for the function's answer."},
            "wrapAsJson": {"type": "boolean", "description": "Hand the request to the function as Envoy describes it in JSON (raw_path, method, headers, query_string_parameters, body, is_base64_encoded), and take status, headers and body from the JSON of its answer (statusCode, headers, cookies, body, isBase64Encoded). Without it, bodies are passed on as they are. Not in Gloo."},
            "requestTransformation": {"x-sluice-refused": "Gloo's form of the request in JSON needs the transformation filter of its own Envoy; write 'wrapAsJson: true' for the form that Envoy has"},
            "responseTransformation": {"x-sluice-refused": "it needs the transformation filter of Gloo's own Envoy; write 'wrapAsJson: true', with which Envoy reads status, headers and body from the answer"},
            "unwrapAsAlb": {"x-sluice-refused": "it needs the Lambda filter of Gloo's own Envoy; write 'wrapAsJson: true', with which Envoy reads status, headers and body from the answer, and hands the request over as JSON"},
            "unwrapAsApiGateway": {"x-sluice-refused": "it needs the Lambda filter of Gloo's own Envoy; write 'wrapAsJson: true', with which Envoy reads status, headers and body from the answer, and hands the request over as JSON"},
            "wrapAsApiGateway": {"x-sluice-refused": "the event of an API gateway needs the Lambda filter of Gloo's own Envoy; write 'wrapAsJson: true' for the form that Envoy has"}
          }
        }
      }
    }
    """#
