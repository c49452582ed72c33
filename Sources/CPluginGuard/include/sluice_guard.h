/*
 * Says which plugin was running when the program crashes.
 *
 * Plugins share the program's memory, so a plugin that reads through a bad pointer ends the program. What can be done is to tell the
 * operator whose fault it was, and to leave a record by which the next start does without that plugin.
 *
 * Each thread notes what it is about to run, in a few stores; the handler of the fatal signals reads the note of the thread that
 * crashed. It allocates nothing and calls only what POSIX allows in a handler.
 */
#ifndef SLUICE_GUARD_H
#define SLUICE_GUARD_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A plugin as the record names it: lines of text, each ended, not freed. */
typedef struct sluice_guard_plugin {
    const char *text;
    size_t length;
} sluice_guard_plugin;

#define SLUICE_GUARD_SUBJECT_LIMIT 200

typedef struct sluice_guard_note {
    /* Null while no plugin runs. */
    const sluice_guard_plugin *volatile plugin;
    /* "route 'cors'"; ended by a zero. */
    const char *volatile hook;
    size_t subject_length;
    char subject[SLUICE_GUARD_SUBJECT_LIMIT];
} sluice_guard_note;

extern _Thread_local sluice_guard_note sluice_guard_current;

/* Before a hook, and with null after it. */
static inline void sluice_guard_enter(const sluice_guard_plugin *plugin, const char *hook)
{
    sluice_guard_current.hook = hook;
    sluice_guard_current.plugin = plugin;
}

static inline void sluice_guard_leave(void) { sluice_guard_current.plugin = NULL; }

/* Gives this thread a stack of its own for the handler: a plugin that ran out of stack leaves none. */
void sluice_guard_prepare_thread(void);
extern _Thread_local int sluice_guard_is_prepared;

/* The subject of the hooks that follow, such as the name of a route; what is too long is cut. */
static inline void sluice_guard_subject(const void *bytes, size_t length)
{
    if (!sluice_guard_is_prepared) sluice_guard_prepare_thread();
    if (length > SLUICE_GUARD_SUBJECT_LIMIT) length = SLUICE_GUARD_SUBJECT_LIMIT;
    if (length > 0) memcpy(sluice_guard_current.subject, bytes, length);
    sluice_guard_current.subject_length = length;
}

/*
 * Handles the fatal signals from now on. `record` is the path of the file to which a record is appended; null for none. A record is the
 * plugin's text, then "hook: ...", "subject: ...", "signal: ..." and an empty line. Returns 0, or an errno: then crashes are told, and
 * not recorded.
 */
int sluice_guard_install(const char *record);

#endif
