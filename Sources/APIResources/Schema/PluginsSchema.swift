/// Which translation plugins a deployment uses, and how: `plugins` of the Settings, and the whole of a `--plugins` file.
enum PluginsSchema {
    static let definitions = #"""
          plugins:
            type: object
            description: Which translation plugins are used, and how. A change takes effect without a restart.
            additionalProperties: false
            properties:
              searchPath:
                type: array
                items: {type: string, minLength: 1}
                description: 'Folders with plugins (libsluice_<name>.so), besides the stock ones. Relative to the folder of the file in which this stands.'
              order:
                type: array
                items: {type: string, minLength: 1}
                description: "In which order plugins contribute where several do; '*' stands for all that are not named, by their names. Without it they come last."
              byName:
                type: object
                description: What is special about a plugin, by its name. Plugins that are not named here are used as they are.
                additionalProperties: {$ref: '#/$defs/pluginUse'}
          pluginUse:
            type: object
            additionalProperties: false
            properties:
              enabled: {type: boolean, description: 'Whether it is used. An option of a plugin that is not is an error where it stands.'}
              file: {type: string, minLength: 1, description: 'Its library, where that lies in no folder of the search path, or has another name.'}
              sha256: {type: string, minLength: 64, maxLength: 64, description: 'Of its library, in hexadecimal digits; a file that differs is not opened.'}
              settings: {type: object, additionalProperties: true, description: 'Of the plugin; sluice plugins inspect NAME shows what it takes.'}
              gateways:
                type: array
                items:
                  type: object
                  additionalProperties: false
                  properties:
                    name: {type: string, minLength: 1}
                    namespace: {type: string, description: 'gloo-system when not set.'}
                  required: [name]
                description: 'Gateways below which its options may be used. None here and in proxies is all.'
              proxies:
                type: array
                items: {type: string, minLength: 1}
                description: 'Proxies in whose configuration its options may be used: gateway-proxy, or gloo-system~gateway-proxy.'
              filters:
                type: object
                description: Where its HTTP filters stand, in place of where it would have them.
                additionalProperties: false
                properties:
                  stage: {type: string, enum: [Fault, Cors, Waf, AuthN, AuthZ, RateLimit, Accepted, OutAuth, Route]}
                  place: {type: string, enum: [Before, During, After], description: 'Of the stage; During when not set.'}
                  weight: {type: integer, format: int32, description: 'Small ones come first; 0 when not set.'}
                required: [stage]
        """#
}
