#pragma once
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <nghttp2/nghttp2.h>
#include <openssl/ssl.h>

struct options {
    long streams, in_flight;
    int pushes;
    bool is_delta, is_tls, is_clusters;
};

// The index of the first argument after "--".
int options_read(struct options *options, int count, char **arguments);
double seconds(void);

// The server under test, a child process. server.c
struct server {
    pid_t pid;
    clockid_t clock;
    int input, port;
};

void server_start(struct server *server, char **command);
void server_publish(struct server *server);
void server_stop(struct server *server);
// CPU seconds of all its threads, user and system.
double server_cpu(const struct server *server);
// A figure of /proc/PID/status, in KiB.
double server_status(const struct server *server, const char *name);

// One connection with one stream. proxy.c
struct proxy {
    int fd;
    SSL *ssl;
    nghttp2_session *session;
    int32_t stream;
    enum { proxy_connecting, proxy_handshaking, proxy_open_state, proxy_closed } state;
    bool waits_to_write;
    uint64_t messages;
    // The message under way: its prefix, what is left of it, its first bytes and its last.
    uint8_t prefix[5], head[18], tail[18];
    unsigned prefix_length, head_length, tail_length;
    uint32_t left;
    // Requests that the session has not taken, and bytes that the socket has not taken.
    uint8_t *request;
    size_t request_length, request_capacity;
    uint8_t *output;
    size_t output_length, output_offset, output_capacity;
};

void network_begin(const struct options *options);
// Works on what is ready, or waits for it.
void network_step(int milliseconds);
unsigned long long network_bytes(void);
void proxy_open(struct proxy *proxy, int port);

// In main.c: a message came in whole and its acknowledgement is queued; the stream is of no use any more.
void proxy_received(struct proxy *proxy);
void proxy_failed(struct proxy *proxy, const char *what);

// Requests. request.c
size_t request_first(uint8_t *bytes, const struct options *options);
size_t request_acknowledge(uint8_t *bytes, const struct options *options, const struct proxy *proxy);
enum { request_limit = 512 };
