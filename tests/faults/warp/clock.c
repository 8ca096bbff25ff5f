/* Moves the clock of a process that is started with this library (LD_PRELOAD): by the seconds that stand in the file
   $FAULTS_CLOCKS/$WAYMARK_ROLE, read anew ten times a second. Only for the fault tests. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

static int (*real)(clockid_t, struct timespec *);

static long long moved(void) {
    static __thread long long seconds;
    static __thread time_t read_sec = -1;
    static __thread long read_tenth;
    struct timespec up;
    real(CLOCK_MONOTONIC, &up);
    if (up.tv_sec != read_sec || up.tv_nsec / 100000000 != read_tenth) {
        const char *folder = getenv("FAULTS_CLOCKS"), *role = getenv("WAYMARK_ROLE");
        char path[1024];
        read_sec = up.tv_sec;
        read_tenth = up.tv_nsec / 100000000;
        seconds = 0;
        if (folder && role && snprintf(path, sizeof path, "%s/%s", folder, role) < (int)sizeof path) {
            FILE *file = fopen(path, "r");
            if (file) {
                if (fscanf(file, "%lld", &seconds) != 1)
                    seconds = 0;
                fclose(file);
            }
        }
    }
    return seconds;
}

int clock_gettime(clockid_t id, struct timespec *at) {
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
    int failed = real(id, at);
    if (!failed && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE))
        at->tv_sec += moved();
    return failed;
}

int gettimeofday(struct timeval *restrict at, void *restrict zone) {
    struct timespec now;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    at->tv_sec = now.tv_sec;
    at->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *at) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (at)
        *at = now.tv_sec;
    return now.tv_sec;
}
