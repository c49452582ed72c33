#include "sluice_guard.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

_Thread_local sluice_guard_note sluice_guard_current;
_Thread_local int sluice_guard_is_prepared;

static const int fatal[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS};
#define FATAL_COUNT (sizeof fatal / sizeof *fatal)

/* Open from the start: a process that crashes can rely on little. */
static int record_file = -1;
static struct sigaction earlier[FATAL_COUNT];

static void put(int file, const char *text, size_t length)
{
    while (length > 0) {
        ssize_t written = write(file, text, length);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return;
        text += written;
        length -= (size_t)written;
    }
}

static void say(int file, const char *text) { put(file, text, strlen(text)); }

static const char *name_of(int number)
{
    switch (number) {
    case SIGSEGV: return "SIGSEGV (it read or wrote where nothing is)";
    case SIGBUS: return "SIGBUS (it read or wrote where nothing is)";
    case SIGILL: return "SIGILL (a trap of its language, or no instruction)";
    case SIGFPE: return "SIGFPE (a division by zero, or an overflow)";
    case SIGABRT: return "SIGABRT (it gave up, or its memory is corrupt)";
    case SIGTRAP: return "SIGTRAP (a trap of its language)";
    default: return "SIGSYS (a system call that is not allowed)";
    }
}

static void handle(int number, siginfo_t *info, void *context)
{
    (void)info;
    (void)context;
    const sluice_guard_note *note = &sluice_guard_current;
    const sluice_guard_plugin *plugin = note->plugin;
    if (plugin != NULL) {
        /* A second crash, in here, ends the program at once. */
        sluice_guard_current.plugin = NULL;
        const int files[] = {STDERR_FILENO, record_file};
        for (int index = 0; index < 2; index++) {
            int file = files[index];
            if (file < 0) continue;
            if (index == 0) say(file, "sluice: a plugin ends the program\n");
            put(file, plugin->text, plugin->length);
            say(file, "hook: ");
            say(file, note->hook);
            say(file, "\nsubject: ");
            put(file, note->subject, note->subject_length);
            say(file, "\nsignal: ");
            say(file, name_of(number));
            say(file, "\n\n");
        }
        if (record_file >= 0) fsync(record_file);
    }
    for (size_t index = 0; index < FATAL_COUNT; index++) {
        if (fatal[index] == number) sigaction(number, &earlier[index], NULL);
    }
    /* Blocked until this returns, and then handled as it would have been without all this. */
    raise(number);
}

/* The memory goes with the process: threads that run plugins are few, and stay. */
void sluice_guard_prepare_thread(void)
{
    sluice_guard_is_prepared = 1;
    stack_t stack = {.ss_size = 64 * 1024};
    stack.ss_sp = malloc(stack.ss_size);
    if (stack.ss_sp != NULL) sigaltstack(&stack, NULL);
}

int sluice_guard_install(const char *record)
{
    int problem = 0;
    if (record != NULL) {
        record_file = open(record, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        if (record_file < 0) problem = errno;
    }
    struct sigaction action = {.sa_flags = SA_SIGINFO | SA_ONSTACK};
    action.sa_sigaction = handle;
    sigemptyset(&action.sa_mask);
    for (size_t index = 0; index < FATAL_COUNT; index++) sigaction(fatal[index], &action, &earlier[index]);
    return problem;
}
