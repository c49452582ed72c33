let schema: StaticString = #"""
    {
      "httpListener": {
        "gzip": {
          "type": "object",
          "description": "Compresses responses by gzip for clients that accept it.",
          "additionalProperties": false,
          "properties": {
            "memoryLevel": {"type": "integer", "minimum": 1, "maximum": 9, "description": "More memory compresses better and faster. Envoy's own default is 5."},
            "compressionLevel": {"type": "string", "enum": ["DEFAULT", "BEST", "SPEED"], "default": "DEFAULT", "description": "Small or fast."},
            "compressionStrategy": {"type": "string", "enum": ["DEFAULT", "FILTERED", "HUFFMAN", "RLE"], "default": "DEFAULT", "description": "What zlib takes the content for."},
            "windowBits": {"type": "integer", "minimum": 9, "maximum": 15, "description": "Base two logarithm of the window. Envoy's own default is 12."},
            "contentLength": {"$ref": "#/$defs/contentLength"},
            "contentType": {"$ref": "#/$defs/contentType"},
            "disableOnEtagHeader": {"$ref": "#/$defs/disableOnEtagHeader"},
            "removeAcceptEncodingHeader": {"$ref": "#/$defs/removeAcceptEncodingHeader"},
            "chunkSize": {"$ref": "#/$defs/chunkSize"},
            "chooseFirst": {"$ref": "#/$defs/chooseFirst"}
          }
        },
        "brotli": {
          "type": "object",
          "description": "Compresses responses by Brotli for clients that accept it.",
          "additionalProperties": false,
          "properties": {
            "quality": {"type": "integer", "minimum": 0, "maximum": 11, "description": "Higher is smaller and slower. Envoy's own default is 3."},
            "encoderMode": {"type": "string", "enum": ["DEFAULT", "GENERIC", "TEXT", "FONT"], "default": "DEFAULT", "description": "What the encoder takes the content for."},
            "windowBits": {"type": "integer", "minimum": 10, "maximum": 24, "description": "Base two logarithm of the window. Envoy's own default is 18."},
            "inputBlockBits": {"type": "integer", "minimum": 16, "maximum": 24, "description": "Base two logarithm of an input block. Envoy's own default is 24."},
            "disableLiteralContextModeling": {"type": "boolean", "description": "Faster, and larger for text."},
            "contentLength": {"$ref": "#/$defs/contentLength"},
            "contentType": {"$ref": "#/$defs/contentType"},
            "disableOnEtagHeader": {"$ref": "#/$defs/disableOnEtagHeader"},
            "removeAcceptEncodingHeader": {"$ref": "#/$defs/removeAcceptEncodingHeader"},
            "chunkSize": {"$ref": "#/$defs/chunkSize"},
            "chooseFirst": {"$ref": "#/$defs/chooseFirst"}
          }
        },
        "zstd": {
          "type": "object",
          "description": "Compresses responses by Zstandard for clients that accept it.",
          "additionalProperties": false,
          "properties": {
            "compressionLevel": {"type": "integer", "minimum": 0, "maximum": 22, "description": "Higher is smaller and slower; 0 is the library's default, 3."},
            "enableChecksum": {"type": "boolean", "description": "Write a checksum after each frame."},
            "strategy": {
              "type": "string",
              "enum": ["DEFAULT", "FAST", "DFAST", "GREEDY", "LAZY", "LAZY2", "BTLAZY2", "BTOPT", "BTULTRA", "BTULTRA2"],
              "default": "DEFAULT",
              "description": "How matches are looked for, from fast to thorough; the level chooses unless it is given."
            },
            "contentLength": {"$ref": "#/$defs/contentLength"},
            "contentType": {"$ref": "#/$defs/contentType"},
            "disableOnEtagHeader": {"$ref": "#/$defs/disableOnEtagHeader"},
            "removeAcceptEncodingHeader": {"$ref": "#/$defs/removeAcceptEncodingHeader"},
            "chunkSize": {"$ref": "#/$defs/chunkSize"},
            "chooseFirst": {"$ref": "#/$defs/chooseFirst"}
          }
        }
      },
      "$defs": {
        "contentLength": {"type": "integer", "format": "uint32", "minimum": 30, "description": "Responses that are smaller are left alone. Envoy's own default is 30 bytes."},
        "contentType": {
          "type": "array",
          "maxItems": 50,
          "description": "Media types that are compressed, in place of Envoy's own list of text, JSON, JavaScript, XML and SVG.",
          "items": {"type": "string", "format": "line", "minLength": 1}
        },
        "disableOnEtagHeader": {"type": "boolean", "description": "Leave responses with an etag alone; otherwise strong etags are removed from what is compressed."},
        "removeAcceptEncodingHeader": {"type": "boolean", "description": "Take accept-encoding off the request, so that the upstream does not compress itself."},
        "chunkSize": {"type": "integer", "minimum": 4096, "maximum": 65536, "description": "Bytes of the output buffer. Envoy's own default is 4096."},
        "chooseFirst": {"type": "boolean", "description": "Prefer this one where a client accepts several equally."}
      }
    }
    """#
