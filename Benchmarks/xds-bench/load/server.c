#define _GNU_SOURCE
#include "load.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>

double seconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

int options_read(struct options *options, int count, char **arguments) {
    for (int index = 1; index < count; index++) {
        const char *name = arguments[index];
        if (!strcmp(name, "--")) return index + 1;
        if (!strcmp(name, "--delta")) options->is_delta = true;
        else if (!strcmp(name, "--tls")) options->is_tls = true;
        else if (!strcmp(name, "--clusters")) options->is_clusters = true;
        else if (index + 1 == count) return count;
        else if (!strcmp(name, "--streams")) options->streams = atol(arguments[++index]);
        else if (!strcmp(name, "--in-flight")) options->in_flight = atol(arguments[++index]);
        else if (!strcmp(name, "--pushes")) options->pushes = atoi(arguments[++index]);
        else return count;
    }
    return count;
}

static void fail(const char *what) {
    fprintf(stderr, "sluice-xds-load: %s: %s\n", what, strerror(errno));
    exit(1);
}

void server_start(struct server *server, char **command) {
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    int input[2], output[2];
    if (pipe2(input, O_CLOEXEC) || pipe2(output, O_CLOEXEC)) fail("pipe");
    server->pid = fork();
    if (server->pid < 0) fail("fork");
    if (server->pid == 0) {
        dup2(input[0], 0);
        dup2(output[1], 1);
        // Its log lines cost what they cost, and nobody reads them.
        int null = open("/dev/null", O_WRONLY);
        if (!getenv("SLUICE_BENCH_STDERR")) dup2(null, 2);
        execvp(command[0], command);
        _exit(127);
    }
    close(input[0]);
    close(output[1]);
    server->input = input[1];
    FILE *lines = fdopen(output[0], "r");
    if (!lines || fscanf(lines, "%d", &server->port) != 1 || server->port <= 0) {
        fprintf(stderr, "sluice-xds-load: %s does not serve; run it by hand to see why\n", command[0]);
        exit(1);
    }
    if (clock_getcpuclockid(server->pid, &server->clock)) fail("CPU clock of the server");
}

void server_publish(struct server *server) {
    if (write(server->input, "\n", 1) != 1) fail("the server's input");
}

void server_stop(struct server *server) {
    close(server->input);
    kill(server->pid, SIGKILL);
    waitpid(server->pid, NULL, 0);
}

double server_cpu(const struct server *server) {
    struct timespec time;
    if (clock_gettime(server->clock, &time)) fail("CPU clock of the server");
    return time.tv_sec + time.tv_nsec / 1e9;
}

double server_status(const struct server *server, const char *name) {
    char path[64], line[256];
    snprintf(path, sizeof path, "/proc/%d/status", server->pid);
    FILE *file = fopen(path, "r");
    double value = 0;
    while (file && fgets(line, sizeof line, file)) {
        if (!strncmp(line, name, strlen(name))) value = atof(line + strlen(name));
    }
    if (file) fclose(file);
    return value;
}
