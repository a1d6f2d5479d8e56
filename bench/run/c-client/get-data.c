/*
 * Reads keys through ZooKeeper's own C client, so many at a time, and prints how many were answered and what that cost:
 * get-data ADDRESS ROOT KEYS SESSIONS WINDOW WARM_UP_MS MEASURE_MS
 */
#define THREADED
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>
#include <zookeeper/zookeeper.h>

static const char *root;
static int keys;
static atomic_long answered;
static atomic_long wrong;
static atomic_int connected;
static atomic_int running = 1;

static void watch(zhandle_t *session, int type, int state, const char *path, void *context) {
	(void)session, (void)path, (void)context;
	if (type == ZOO_SESSION_EVENT && state == ZOO_CONNECTED_STATE) atomic_fetch_add(&connected, 1);
}

static void ask(zhandle_t *session, long number);

static void hear(int err, const char *value, int length, const struct Stat *stat, const void *context) {
	(void)value;
	if (err != ZOK || stat == NULL || stat->dataLength != length) atomic_fetch_add(&wrong, 1);
	long count = atomic_fetch_add(&answered, 1);
	if (atomic_load(&running)) ask((zhandle_t *)context, count);
}

static void ask(zhandle_t *session, long number) {
	char path[256];
	snprintf(path, sizeof path, "%s/k%08ld", root, number * 7919 % keys);
	if (zoo_aget(session, path, 0, hear, session) != ZOK) atomic_fetch_add(&wrong, 1);
}

static long cpu_micros(void) {
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000L + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

int main(int count, char **given) {
	if (count != 8) return 2;
	root = given[2];
	keys = atoi(given[3]);
	int sessions = atoi(given[4]), window = atoi(given[5]);
	zoo_set_debug_level(ZOO_LOG_LEVEL_ERROR);
	zhandle_t **all = calloc((size_t)sessions, sizeof *all);
	for (int at = 0; at < sessions; at++) all[at] = zookeeper_init(given[1], watch, 10000, NULL, NULL, 0);
	for (int waited = 0; atomic_load(&connected) < sessions; waited++) {
		if (waited > 10000) return 1;
		usleep(1000);
	}
	for (int at = 0; at < sessions; at++)
		for (int request = 0; request < window; request++) ask(all[at], request);
	usleep((useconds_t)atoi(given[6]) * 1000);
	long before = atomic_load(&answered), cpu_before = cpu_micros();
	usleep((useconds_t)atoi(given[7]) * 1000);
	long operations = atomic_load(&answered) - before, cpu = cpu_micros() - cpu_before;
	atomic_store(&running, 0);
	printf("{\"operations\":%ld,\"cpuMicros\":%ld,\"wrong\":%ld}\n", operations, cpu, atomic_load(&wrong));
	/* Closing sessions tells nothing more. */
	fflush(stdout);
	_exit(0);
}
