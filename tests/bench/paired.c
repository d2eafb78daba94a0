/* SPDX-License-Identifier: MIT */
/*
 * paired ROUNDS COMMAND... -- COMMAND...: runs the two commands in turn and prints the medians
 * "WALL1 WALL2 CPU1 CPU2" in milliseconds. In turn, so that what else the machine does weighs on
 * both alike. Their output is thrown away; a command that fails ends the run.
 */
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS_MAX 1000

struct sample {
	double wall;
	double cpu;
};

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double timeval_ms(struct timeval t)
{
	return (double)t.tv_sec * 1e3 + (double)t.tv_usec / 1e3;
}

static void child(char **argv)
{
	int null = open("/dev/null", O_RDWR);

	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	execvp(argv[0], argv);
	_exit(127);
}

static int measure(char **argv, struct sample *ret)
{
	struct rusage usage;
	double began = now_ms();
	pid_t pid = fork();
	int status;

	if (pid == 0)
		child(argv);
	if (pid < 0 || wait4(pid, &status, 0, &usage) != pid)
		return -1;
	*ret = (struct sample){
		.wall = now_ms() - began,
		.cpu = timeval_ms(usage.ru_utime) + timeval_ms(usage.ru_stime),
	};
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		fprintf(stderr, "paired: %s: status %d\n", argv[0], status);
		return -1;
	}
	return 0;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *values, size_t n)
{
	qsort(values, n, sizeof(*values), by_value);
	return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

int main(int argc, char **argv)
{
	static double wall[2][ROUNDS_MAX], cpu[2][ROUNDS_MAX];
	char **command[2] = {argv + 2, NULL};
	long rounds = argc > 1 ? strtol(argv[1], NULL, 10) : 0;

	for (int i = 2; i < argc && !command[1]; i++) {
		if (strcmp(argv[i], "--") == 0) {
			argv[i] = NULL;
			command[1] = argv + i + 1;
		}
	}
	if (rounds < 1 || rounds > ROUNDS_MAX || !command[1] || !command[0][0] || !command[1][0]) {
		fprintf(stderr, "usage: paired ROUNDS COMMAND... -- COMMAND...\n");
		return 2;
	}
	for (long r = -1; r < rounds; r++) { /* The first round only warms the caches. */
		for (int side = 0; side < 2; side++) {
			struct sample s;

			if (measure(command[side], &s) < 0)
				return 1;
			if (r >= 0) {
				wall[side][r] = s.wall;
				cpu[side][r] = s.cpu;
			}
		}
	}
	printf("%.3f %.3f %.3f %.3f\n", median(wall[0], (size_t)rounds),
		median(wall[1], (size_t)rounds), median(cpu[0], (size_t)rounds),
		median(cpu[1], (size_t)rounds));
	return 0;
}
