// sluice-xds-load: many proxies in one thread. It starts a server, opens connections with one aggregated stream each and
// Envoy's windows, acknowledges everything, asks for new versions, and prints one line of JSON with what that cost the server.
//
//   sluice-xds-load --streams N [--pushes N] [--in-flight N] [--delta] [--tls] [--clusters] -- SERVER ARGUMENT...
//
// The server prints its port, publishes a new version for each line it reads, writes the version (or anything else of 16 bytes) as
// the first field of a response and the nonce, 16 bytes, as the last. The clock read is the server's own (CPU time of all its
// threads), so a busy machine disturbs the figures little.
#define _GNU_SOURCE
#include "load.h"

static struct options options = {.streams = 100, .pushes = 10, .in_flight = 100};
static struct server server;
static struct proxy *proxies;
static long answered, received_in_round, failed;
static double last_received;

void proxy_received(struct proxy *proxy) {
    if (proxy->messages == 1) answered++;
    received_in_round++;
    last_received = seconds();
}

void proxy_failed(struct proxy *proxy, const char *what) {
    if (failed++ == 0) fprintf(stderr, "sluice-xds-load: stream %ld: %s\n", (long)(proxy - proxies), what);
}

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, int count) {
    if (count == 0) return 0;
    qsort(values, count, sizeof *values, compare);
    return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

// Goes on until the server has done nothing for a while: its last work is taking acknowledgements. Returns its CPU time.
static double settle(void) {
    double before = server_cpu(&server), end = seconds() + 120;
    for (int quiet = 0; quiet < 4 && seconds() < end;) {
        double start = seconds();
        while (seconds() < start + 0.03) network_step(10);
        double now = server_cpu(&server);
        // Timers and clocks of an idle server stay below it.
        quiet = now - before < 200e-6 ? quiet + 1 : 0;
        before = now;
    }
    return before;
}

static void open_all(void) {
    double end = seconds() + 300;
    long opened = 0;
    while (answered < options.streams && failed == 0 && seconds() < end) {
        while (opened < options.streams && opened - answered < options.in_flight) proxy_open(&proxies[opened++], server.port);
        network_step(100);
    }
}

int main(int count, char **arguments) {
    signal(SIGPIPE, SIG_IGN);
    int rest = options_read(&options, count, arguments);
    if (rest >= count) {
        fprintf(stderr, "usage: sluice-xds-load [--streams N] [--pushes N] [--in-flight N] [--delta] [--tls] [--clusters] -- SERVER ARGUMENT...\n");
        return 2;
    }
    network_begin(&options);
    server_start(&server, arguments + rest);
    double idle_cpu = settle();
    double idle_rss = server_status(&server, "VmRSS:");
    proxies = calloc(options.streams, sizeof *proxies);

    double start = seconds();
    open_all();
    double connect_cpu = settle() - idle_cpu, connect_wall = last_received - start;
    double rss = server_status(&server, "VmRSS:") - idle_rss;

    double *cpu = calloc(options.pushes + 1, sizeof *cpu), *wall = calloc(options.pushes + 1, sizeof *wall);
    for (int push = 0; push < options.pushes && failed == 0; push++) {
        double before = server_cpu(&server), began = seconds();
        received_in_round = 0;
        server_publish(&server);
        while (received_in_round < options.streams && failed == 0 && seconds() < began + 120) network_step(100);
        if (received_in_round < options.streams) failed++;
        wall[push] = last_received - began;
        cpu[push] = settle() - before;
    }
    if (answered < options.streams || failed > 0) {
        fprintf(stderr, "sluice-xds-load: %ld of %ld streams were answered, %ld failures\n", answered, options.streams, failed);
    }
    printf(
        "{\"streams\": %ld, \"complete\": %s, \"connect_cpu_us\": %.1f, \"connect_wall_ms\": %.1f, \"push_cpu_us\": %.1f, "
        "\"push_wall_ms\": %.1f, \"rss_kib\": %.1f, \"idle_mib\": %.1f, \"peak_mib\": %.1f, \"bytes\": %llu}\n",
        options.streams, answered == options.streams && failed == 0 ? "true" : "false", connect_cpu * 1e6 / options.streams,
        connect_wall * 1e3, median(cpu, options.pushes) * 1e6 / options.streams, median(wall, options.pushes) * 1e3,
        rss / options.streams, idle_rss / 1024, server_status(&server, "VmHWM:") / 1024, network_bytes()
    );
    server_stop(&server);
    return failed > 0;
}
