#define _GNU_SOURCE
#include "load.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

static struct options options;
static int epoll;
static SSL_CTX *tls;
static nghttp2_session_callbacks *callbacks;
static unsigned long long bytes_received;

static void give_up(struct proxy *proxy, const char *what) {
    if (proxy->state == proxy_closed) return;
    proxy->state = proxy_closed;
    close(proxy->fd);
    proxy_failed(proxy, what);
}

static void append(uint8_t **buffer, size_t *length, size_t *capacity, const uint8_t *bytes, size_t count) {
    if (*length + count > *capacity) {
        *capacity = (*length + count) * 2;
        *buffer = realloc(*buffer, *capacity);
    }
    memcpy(*buffer + *length, bytes, count);
    *length += count;
}

// MARK: Messages

static void queue(struct proxy *proxy, const uint8_t *message, size_t length) {
    uint8_t prefix[5] = {0, 0, 0, (uint8_t)(length >> 8), (uint8_t)length};
    append(&proxy->request, &proxy->request_length, &proxy->request_capacity, prefix, 5);
    append(&proxy->request, &proxy->request_length, &proxy->request_capacity, message, length);
}

static void keep_tail(struct proxy *proxy, const uint8_t *bytes, size_t length) {
    size_t limit = sizeof proxy->tail;
    if (length >= limit) {
        memcpy(proxy->tail, bytes + length - limit, limit);
        proxy->tail_length = (unsigned)limit;
        return;
    }
    size_t kept = proxy->tail_length + length > limit ? limit - length : proxy->tail_length;
    memmove(proxy->tail, proxy->tail + proxy->tail_length - kept, kept);
    memcpy(proxy->tail + kept, bytes, length);
    proxy->tail_length = (unsigned)(kept + length);
}

static void message_ended(struct proxy *proxy) {
    uint8_t message[request_limit];
    proxy->messages++;
    queue(proxy, message, request_acknowledge(message, &options, proxy));
    nghttp2_session_resume_data(proxy->session, proxy->stream);
    proxy->prefix_length = proxy->head_length = proxy->tail_length = 0;
    proxy_received(proxy);
}

static int data_received(nghttp2_session *session, uint8_t flags, int32_t stream, const uint8_t *bytes, size_t length, void *user) {
    (void)session, (void)flags, (void)stream;
    struct proxy *proxy = user;
    bytes_received += length;
    while (length > 0) {
        if (proxy->prefix_length < 5) {
            proxy->prefix[proxy->prefix_length++] = *bytes++;
            length--;
            if (proxy->prefix_length == 5) {
                uint32_t left;
                memcpy(&left, proxy->prefix + 1, 4);
                proxy->left = ntohl(left);
            }
            continue;
        }
        size_t part = length < proxy->left ? length : proxy->left;
        size_t head = sizeof proxy->head - proxy->head_length;
        if (head > part) head = part;
        memcpy(proxy->head + proxy->head_length, bytes, head);
        proxy->head_length += (unsigned)head;
        keep_tail(proxy, bytes, part);
        bytes += part;
        length -= part;
        proxy->left -= (uint32_t)part;
        if (proxy->left == 0) message_ended(proxy);
    }
    return 0;
}

static int stream_closed(nghttp2_session *session, int32_t stream, uint32_t code, void *user) {
    (void)session, (void)stream, (void)code;
    give_up(user, "the server ended the stream");
    return 0;
}

static ssize_t read_request(
    nghttp2_session *session, int32_t stream, uint8_t *bytes, size_t length, uint32_t *flags, nghttp2_data_source *source, void *user
) {
    (void)session, (void)stream, (void)flags, (void)source;
    struct proxy *proxy = user;
    if (proxy->request_length == 0) return NGHTTP2_ERR_DEFERRED;
    size_t part = length < proxy->request_length ? length : proxy->request_length;
    memcpy(bytes, proxy->request, part);
    proxy->request_length -= part;
    memmove(proxy->request, proxy->request + part, proxy->request_length);
    return (ssize_t)part;
}

// MARK: Bytes

static void watch(struct proxy *proxy, bool waits_to_write, int operation) {
    if (operation == EPOLL_CTL_MOD && proxy->waits_to_write == waits_to_write) return;
    proxy->waits_to_write = waits_to_write;
    struct epoll_event event = {.events = EPOLLIN | (waits_to_write ? EPOLLOUT : 0), .data.ptr = proxy};
    epoll_ctl(epoll, operation, proxy->fd, &event);
}

// How much was written; 0 when the socket is full, less when it is gone.
static ssize_t write_some(struct proxy *proxy, const uint8_t *bytes, size_t length) {
    if (!proxy->ssl) {
        ssize_t count = write(proxy->fd, bytes, length);
        return count < 0 && errno == EAGAIN ? 0 : count;
    }
    int count = SSL_write(proxy->ssl, bytes, (int)length);
    if (count > 0) return count;
    int error = SSL_get_error(proxy->ssl, count);
    return error == SSL_ERROR_WANT_WRITE || error == SSL_ERROR_WANT_READ ? 0 : -1;
}

static ssize_t read_some(struct proxy *proxy, uint8_t *bytes, size_t length) {
    if (!proxy->ssl) {
        ssize_t count = read(proxy->fd, bytes, length);
        return count < 0 && errno == EAGAIN ? 0 : count == 0 ? -1 : count;
    }
    int count = SSL_read(proxy->ssl, bytes, (int)length);
    if (count > 0) return count;
    int error = SSL_get_error(proxy->ssl, count);
    return error == SSL_ERROR_WANT_WRITE || error == SSL_ERROR_WANT_READ ? 0 : -1;
}

static void flush(struct proxy *proxy) {
    while (proxy->state == proxy_open_state) {
        if (proxy->output_offset == proxy->output_length) {
            proxy->output_offset = proxy->output_length = 0;
            const uint8_t *bytes;
            ssize_t length;
            while (proxy->output_length < 16384 && (length = nghttp2_session_mem_send(proxy->session, &bytes)) > 0) {
                append(&proxy->output, &proxy->output_length, &proxy->output_capacity, bytes, (size_t)length);
            }
            if (proxy->output_length == 0) return watch(proxy, false, EPOLL_CTL_MOD);
        }
        ssize_t count = write_some(proxy, proxy->output + proxy->output_offset, proxy->output_length - proxy->output_offset);
        if (count < 0) return give_up(proxy, "writing failed");
        if (count == 0) return watch(proxy, true, EPOLL_CTL_MOD);
        proxy->output_offset += (size_t)count;
    }
}

static void read_all(struct proxy *proxy) {
    static uint8_t buffer[256 << 10];
    // Other connections have their turn after some rounds.
    for (int round = 0; round < 8 && proxy->state == proxy_open_state; round++) {
        ssize_t count = read_some(proxy, buffer, sizeof buffer);
        if (count < 0) return give_up(proxy, "the server closed the connection");
        if (count == 0) break;
        if (nghttp2_session_mem_recv(proxy->session, buffer, (size_t)count) != count) return give_up(proxy, "no HTTP/2");
    }
    flush(proxy);
}

static void begin_stream(struct proxy *proxy) {
    proxy->state = proxy_open_state;
    nghttp2_session_client_new(&proxy->session, callbacks, proxy);
    nghttp2_settings_entry settings[] = {{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 16 << 20}, {NGHTTP2_SETTINGS_ENABLE_PUSH, 0}};
    nghttp2_submit_settings(proxy->session, 0, settings, 2);
    nghttp2_session_set_local_window_size(proxy->session, 0, 0, 24 << 20);
    const char *path = options.is_delta ? "/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources"
                                        : "/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources";
    const char *fields[][2] = {
        {":method", "POST"}, {":scheme", options.is_tls ? "https" : "http"}, {":path", path}, {":authority", "127.0.0.1"},
        {"te", "trailers"}, {"content-type", "application/grpc"},
    };
    nghttp2_nv entries[6];
    for (int index = 0; index < 6; index++) {
        const char *name = fields[index][0], *value = fields[index][1];
        entries[index] = (nghttp2_nv){(uint8_t *)name, (uint8_t *)value, strlen(name), strlen(value), 0};
    }
    uint8_t message[request_limit];
    queue(proxy, message, request_first(message, &options));
    nghttp2_data_provider provider = {.read_callback = read_request};
    proxy->stream = nghttp2_submit_request(proxy->session, NULL, entries, 6, &provider, NULL);
    flush(proxy);
}

static void shake_hands(struct proxy *proxy) {
    int result = SSL_connect(proxy->ssl);
    if (result == 1) return begin_stream(proxy);
    int error = SSL_get_error(proxy->ssl, result);
    if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) return give_up(proxy, "the TLS handshake failed");
    watch(proxy, error == SSL_ERROR_WANT_WRITE, EPOLL_CTL_MOD);
}

static void connected(struct proxy *proxy) {
    int error = 0;
    socklen_t length = sizeof error;
    getsockopt(proxy->fd, SOL_SOCKET, SO_ERROR, &error, &length);
    if (error) return give_up(proxy, strerror(error));
    if (!tls) return begin_stream(proxy);
    proxy->state = proxy_handshaking;
    proxy->ssl = SSL_new(tls);
    SSL_set_fd(proxy->ssl, proxy->fd);
    shake_hands(proxy);
}

// MARK: The network

void network_begin(const struct options *given) {
    options = *given;
    epoll = epoll_create1(EPOLL_CLOEXEC);
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, data_received);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, stream_closed);
    if (!options.is_tls) return;
    tls = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_mode(tls, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_alpn_protos(tls, (const uint8_t *)"\x02h2", 3);
}

unsigned long long network_bytes(void) { return bytes_received; }

void network_step(int milliseconds) {
    struct epoll_event events[256];
    int count = epoll_wait(epoll, events, 256, milliseconds);
    for (int index = 0; index < count; index++) {
        struct proxy *proxy = events[index].data.ptr;
        switch (proxy->state) {
        case proxy_connecting: connected(proxy); break;
        case proxy_handshaking: shake_hands(proxy); break;
        case proxy_open_state: read_all(proxy); break;
        case proxy_closed: break;
        }
    }
}

void proxy_open(struct proxy *proxy, int port) {
    proxy->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (proxy->fd < 0) {
        proxy->state = proxy_closed;
        return proxy_failed(proxy, "no more sockets; raise ulimit -n");
    }
    int one = 1;
    setsockopt(proxy->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    proxy->state = proxy_connecting;
    if (connect(proxy->fd, (struct sockaddr *)&address, sizeof address) && errno != EINPROGRESS) return give_up(proxy, strerror(errno));
    watch(proxy, true, EPOLL_CTL_ADD);
}
