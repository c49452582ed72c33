/*
 * sluice_plugin.h: the contract between Sluice and its translation plugins. ABI 1.2.
 *
 * A plugin is a shared library that exports one function, `sluice_plugin`. It contributes to the Envoy configuration that
 * Sluice generates: for each subject (a route, a virtual host, a cluster ...) that carries one of the plugin's options, Sluice
 * calls the hook that the plugin registered for that option and phase; the hook reads the option and appends a part of the
 * subject's protobuf message. Sluice joins the parts. Nobody decodes or edits what another one wrote.
 *
 * PROMISE
 *   Within one major version nothing released here is removed, reordered or retyped. New functions come at the end of a table,
 *   new members at the end of a struct, new phases at the end of their enum. Every table and struct begins with its size in
 *   bytes: read a member only if it lies within that size. A plugin built for 1.0 runs in every later 1.x host, which calls its
 *   hooks with the arguments of 1.0. Another major version is refused, with a message that names both.
 *
 * OWNERSHIP
 *   The suffix of a type says who owns the memory. `_host`: the host's, valid until the hook returns; copy what you keep.
 *   `_plugin`: the plugin's, valid for as long as the library is loaded (it is never unloaded). Nobody frees across the line.
 *
 * THREADS
 *   Hooks of one plugin may run at the same time on several threads, each with its own `call`. Keep no state between calls.
 *
 * PURITY
 *   What a hook appends depends on its option, its subject's facts, its settings and the objects it looked up through the host,
 *   and on nothing else: no clock, no random numbers, no files, no environment. The host records lookups and calls again only
 *   when something that was read has changed.
 *
 * ERRORS
 *   A user's mistake is reported with `report`, at the value that is wrong: the host adds file, line, column and field. Return
 *   SLUICE_OK after reporting. Return SLUICE_FAILED only when the plugin itself is at fault; the host then reports the plugin
 *   and uses nothing of what this call wrote or added.
 *   No exception, panic or trap may leave a hook.
 *
 * HISTORY
 *   1.2  `is_text`, `listener_option`, `add_network_filter`, `add_resource`, `encode` and `overlay` in `sluice_host`; phase
 *        SLUICE_PHASE_NETWORK_FILTER; SLUICE_FACT_UPSTREAM and _UPSTREAM_NAMESPACE; "destinationSpec" in `options_schema`; options of
 *        upstreams call the hooks of SLUICE_PHASE_HTTP_FILTER as well
 *   1.1  phase SLUICE_PHASE_TCP_PROXY; "tcpListener" in `options_schema`
 *   1.0  the first release
 */
#ifndef SLUICE_PLUGIN_H
#define SLUICE_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SLUICE_ABI_MAJOR 1
#define SLUICE_ABI_MINOR 2

/* Text and bytes are pointer and length; not terminated, UTF-8 where they are text. */
typedef struct sluice_text_host {
    const uint8_t *bytes;
    size_t length;
} sluice_text_host;

typedef struct sluice_text_plugin {
    const uint8_t *bytes;
    size_t length;
} sluice_text_plugin;

/* A value of the configuration, valid for one call. 0 is "absent"; every reading function takes it and answers "absent". */
typedef uint64_t sluice_value;

typedef int32_t sluice_kind;
enum {
    SLUICE_ABSENT = 0, /* not there, or null */
    SLUICE_SCALAR = 1, /* string, number or boolean: ask for the one you want */
    SLUICE_LIST = 2,
    SLUICE_MAP = 3
};

typedef int32_t sluice_status;
enum {
    SLUICE_OK = 0,
    SLUICE_FAILED = 1
};

typedef int32_t sluice_severity;
enum {
    SLUICE_ERROR = 0,  /* the subject is not usable: the route answers as invalidConfigPolicy says, others are untouched */
    SLUICE_WARNING = 1 /* the subject is used as written */
};

/*
 * What is being generated when a hook runs, in this order. The subject is the protobuf message (Envoy v3 API) whose fields the
 * hook appends to its output. The option stands where the phase says.
 */
typedef int32_t sluice_phase;
enum {
    /* envoy.config.cluster.v3.Cluster; options: members of Upstream.spec. */
    SLUICE_PHASE_UPSTREAM = 1,
    /* envoy.config.route.v3.WeightedCluster.ClusterWeight; options: a weighted destination's, and since 1.2 the members of its
       `destinationSpec`. */
    SLUICE_PHASE_WEIGHTED_DESTINATION = 2,
    /* envoy.config.route.v3.Route; options: the route's, and since 1.2 the members of the `destinationSpec` of its single
       destination, and `dynamicForwardProxy` of its action. Called once for each matcher of the route. */
    SLUICE_PHASE_ROUTE = 3,
    /* envoy.config.route.v3.VirtualHost; options: the virtual host's. */
    SLUICE_PHASE_VIRTUAL_HOST = 4,
    /* envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter; options: the HTTP listener's. Called when the
       listener, or any virtual host, route or weighted destination under it, carries the option (since 1.2: or any upstream,
       or, where the Settings say 'removeUnusedFilters: false', nobody yet, for options that can stand below the listener);
       `option` is the listener's value or absent. Write one filter, then call `add_http_filter`; repeat for more. A hook that
       reports an error and adds no filter leaves the connections as they were served before: without its filter something
       might pass that it should stop. */
    SLUICE_PHASE_HTTP_FILTER = 5,
    /* envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager; options: the HTTP listener's,
       and then the listener's. */
    SLUICE_PHASE_HTTP_CONNECTION_MANAGER = 6,
    /* envoy.config.listener.v3.FilterChain; options: `sslConfig`. The match of the chain is the host's. */
    SLUICE_PHASE_FILTER_CHAIN = 7,
    /* envoy.config.listener.v3.Listener; options: the listener's; `sslConfig` calls the hook when any chain has one. */
    SLUICE_PHASE_LISTENER = 8,
    /* Since 1.1. envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy, of one TCP host; options: the TCP listener's, and the
       listener's. Where the connections go is the host's. */
    SLUICE_PHASE_TCP_PROXY = 9,
    /* Since 1.2. envoy.config.listener.v3.Filter, before the HTTP connection manager or TCP proxy of each filter chain; options:
       the listener's. Write one filter, then call `add_network_filter`; repeat for more. An error is one of the listener. */
    SLUICE_PHASE_NETWORK_FILTER = 10
};

/* Where an HTTP filter stands: stage, then before, during or after it, then weight (small first), then name. */
typedef int32_t sluice_stage;
enum {
    SLUICE_STAGE_FAULT = 0,
    SLUICE_STAGE_CORS = 1,
    SLUICE_STAGE_WAF = 2,
    SLUICE_STAGE_AUTHN = 3,
    SLUICE_STAGE_AUTHZ = 4,
    SLUICE_STAGE_RATE_LIMIT = 5,
    SLUICE_STAGE_ACCEPTED = 6,
    SLUICE_STAGE_OUT_AUTH = 7,
    SLUICE_STAGE_ROUTE = 8
};
typedef int32_t sluice_place;
enum {
    SLUICE_BEFORE = -1,
    SLUICE_DURING = 0,
    SLUICE_AFTER = 1
};

/* Facts about the subject of a call. A fact that the phase does not have is absent (empty). */
typedef int32_t sluice_fact;
enum {
    SLUICE_FACT_NAME = 0,      /* of the subject in Envoy: route, virtual host, cluster, listener */
    SLUICE_FACT_NAMESPACE = 1, /* of the object in which the option stands; the default for references in it */
    SLUICE_FACT_ACTION = 2,    /* of a route: "route", "redirect", "directResponse", "none" */
    SLUICE_FACT_CLUSTER = 3,   /* of a route with a single destination, or a weighted destination: the cluster's name */
    /* Since 1.2: of the same, the Upstream it leads to. */
    SLUICE_FACT_UPSTREAM = 4,
    SLUICE_FACT_UPSTREAM_NAMESPACE = 5
};

/* Since 1.2. Resources of Envoy that a hook adds beside its subject. */
typedef int32_t sluice_resource;
enum {
    SLUICE_RESOURCE_CLUSTER = 1,  /* envoy.config.cluster.v3.Cluster */
    SLUICE_RESOURCE_LISTENER = 2, /* envoy.config.listener.v3.Listener: for an internal one, since no address is given to it */
    SLUICE_RESOURCE_SECRET = 3    /* envoy.extensions.transport_sockets.tls.v3.Secret: asked for by its name, over ADS */
};

/*
 * The output of a hook: empty at first, and its own; it does not show what others wrote. Append at bytes + length and add to
 * length, or go back to a length of before; when capacity does not suffice, `grow(buffer, more)` makes room for at least `more`
 * further bytes (it may move `bytes`). Hand `grow` this very buffer, not a copy of the struct. Nothing but `length` is the
 * plugin's to change. The host looks at the fragment before it uses it, and reports the plugin when it is not protobuf or
 * writes a field that somebody else has written.
 */
typedef struct sluice_buffer {
    uint8_t *bytes;
    size_t length;
    size_t capacity;
    void (*grow)(struct sluice_buffer *buffer, size_t more);
} sluice_buffer;

typedef struct sluice_call sluice_call;

/* What the host offers. `size` is sizeof(sluice_host) as the host knows it. */
typedef struct sluice_host {
    size_t size;
    uint32_t abi_major;
    uint32_t abi_minor;

    /* Reading values. A member is found by its lowerCamel name, whether the user wrote lowerCamel or snake_case. */
    sluice_kind (*kind)(sluice_call *call, sluice_value value);
    sluice_value (*member)(sluice_call *call, sluice_value map, const uint8_t *name, size_t length);
    size_t (*count)(sluice_call *call, sluice_value list_or_map);
    /* Element of a list, or value of a map's entry, in the user's order. Elements are found one after another: O(1) each
       when asked for in order. */
    sluice_value (*element)(sluice_call *call, sluice_value list_or_map, size_t index);
    /* The key under which a value stands in its map, exactly as the user wrote it. */
    sluice_text_host (*key)(sluice_call *call, sluice_value value);
    /* The following return 1 and set *out, or return 0 and leave it: absent, or not of that type. The schema has been checked
       before a hook runs, so a value that is there has the type the schema says. */
    int32_t (*text)(sluice_call *call, sluice_value value, sluice_text_host *out);
    int32_t (*boolean)(sluice_call *call, sluice_value value, int32_t *out);
    int32_t (*integer)(sluice_call *call, sluice_value value, int64_t *out);
    int32_t (*number)(sluice_call *call, sluice_value value, double *out);
    int32_t (*duration)(sluice_call *call, sluice_value value, int64_t *seconds, int32_t *nanoseconds);

    /* The subject. */
    sluice_text_host (*fact)(sluice_call *call, sluice_fact fact);
    /* The value of another option of the same subject (a member of Upstream.spec, of the route's options ...). */
    sluice_value (*option)(sluice_call *call, const uint8_t *name, size_t length);
    /* The plugin's own settings of this deployment. */
    sluice_value (*settings)(sluice_call *call);

    /* Another object, by kind ("Secret", "Upstream" ...): its spec, or absent; recorded as read either way. An empty
       `namespace_` is the namespace of the object in which the option stands. */
    sluice_value (*find)(
        sluice_call *call,
        const uint8_t *kind, size_t kind_length,
        const uint8_t *namespace_, size_t namespace_length,
        const uint8_t *name, size_t name_length
    );

    /* What stands in the output is one filter, and the output is empty again. Only in the phase of that name, and there
       everything written must be added. `output` is the hook's own. Filters of equal stage, place and weight stand by name. */
    void (*add_http_filter)(sluice_call *call, sluice_buffer *output, sluice_stage stage, sluice_place place, int32_t weight);

    /* The field of the subject with this number, written by the host or another plugin, or about to be, gives way to what this
       hook writes into it; when it writes nothing there, the field is gone. Two plugins that replace one field are a conflict. */
    void (*replace)(sluice_call *call, uint32_t field_number);

    /* A message for the user about a value (absent: about the option itself). A message ends after 4096 bytes. */
    void (*report)(sluice_call *call, sluice_severity severity, sluice_value at, const uint8_t *message, size_t length);
    /* A line in the program's log, for the operator. */
    void (*log)(sluice_call *call, sluice_severity severity, const uint8_t *message, size_t length);

    /* Since 1.2: look at `size` before calling one of these, or refuse hosts that are older. */

    /* 1 when a scalar is text and nothing else: shop or "5", and not 5 or true. */
    int32_t (*is_text)(sluice_call *call, sluice_value value);

    /* In the phases of virtual hosts, routes and weighted destinations: an option of the HTTP listener above, which is then read
       as well. Absent in other phases. */
    sluice_value (*listener_option)(sluice_call *call, const uint8_t *name, size_t length);

    /* As `add_http_filter`, in the phase of network filters; small weights come first. */
    void (*add_network_filter)(sluice_call *call, sluice_buffer *output, int32_t weight);

    /* A resource for the proxies that get the subject, for as long as the subject is there. Its name must begin with the plugin's
       own and a colon ("auth:tokens.example.com"). Hooks that need the same resource add it each; what is added under one name
       must be equal, so let the name say what the content depends on. */
    void (*add_resource)(
        sluice_call *call, sluice_resource type, const uint8_t *name, size_t name_length, const uint8_t *message, size_t length
    );

    /* Appends the message of Envoy's API named `type` ("envoy.config.cluster.v3.Cluster") that stands as JSON in `value`. 0: it is
       not one; this is reported at its place, and nothing is appended. */
    int32_t (*encode)(sluice_call *call, const uint8_t *type, size_t type_length, sluice_value value, sluice_buffer *output);

    /* What this hook writes is laid over all that the host and other plugins write, as protobuf merges messages: scalars are
       replaced, lists grow, messages unite (entries of maps and what an Any holds are replaced whole). No conflict then, and `replace`
       is not needed. Hooks that overlay come after all others, in their order. In phases that add filters it has no effect. */
    void (*overlay)(sluice_call *call);
} sluice_host;

/* The function of a hook, ABI 1.0; its signature string is SLUICE_SIGNATURE_1_0. `context` is the hook's own member. */
typedef sluice_status (*sluice_hook_function)(
    void *context, const sluice_host *host, sluice_call *call, sluice_buffer *output, sluice_value option
);

/* One letter an argument: p a pointer, u an unsigned 64-bit number. The result is a sluice_status. */
#define SLUICE_SIGNATURE_1_0 "ppppu"

typedef struct sluice_hook {
    size_t size;
    sluice_phase phase;
    uint32_t reserved;            /* zero */
    sluice_text_plugin option;    /* the option that triggers the hook; empty: every subject of the phase */
    sluice_text_plugin signature; /* of `function`; SLUICE_SIGNATURE_1_0 */
    void (*function)(void);       /* cast from the function type that the signature describes */
    void *context;                /* handed to `function`; may be null; must be safe to use from several threads */
} sluice_hook;

typedef struct sluice_plugin_descriptor {
    size_t size;
    uint32_t abi_major; /* SLUICE_ABI_MAJOR and _MINOR of the header the plugin was built with */
    uint32_t abi_minor;
    sluice_text_plugin name;        /* lower case, unique among loaded plugins: "cors" */
    sluice_text_plugin version;     /* of the plugin: "1.0.0" */
    sluice_text_plugin description; /* one sentence */
    /*
     * JSON: what the options look like, by the place they stand in, each a JSON Schema:
     *   {"route": {"cors": {...}}, "virtualHost": {...}, "weightedDestination": {...}, "destinationSpec": {...},
     *    "httpListener": {...}, "tcpListener": {...}, "listener": {...}, "sslConfig": {...}, "upstream": {...},
     *    "settings": {...}, "$defs": {...}}
     * The host checks the user's values against it before any hook runs, and refuses what it does not know by name and place.
     */
    sluice_text_plugin options_schema;
    const sluice_hook *hooks; /* one array; the next entry begins `size` bytes after this one, so `size` is the same in all */
    size_t hook_count;
} sluice_plugin_descriptor;

/*
 * The one exported symbol. Called once, with the host's ABI. Returns the descriptor, or null to refuse this host.
 */
typedef const sluice_plugin_descriptor *(*sluice_plugin_entry)(uint32_t host_abi_major, uint32_t host_abi_minor);
#define SLUICE_PLUGIN_SYMBOL "sluice_plugin"

#ifdef __cplusplus
}
#endif

#endif
