/* SPDX-License-Identifier: BSD-3-Clause */
/* The EAL's command line, made from the user's and the plan's. */
#include "app/eal.h"

#include "app/log.h"

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_lcore.h>
#include <rte_pci.h>

#include <errno.h>
#include <glob.h>
#include <sched.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum {
	ARGUMENTS_MAX = 256,
	ABBREVIATION_MIN = 6, /* "--no-h" */
	MEBIBYTE = 1024 * 1024,
	MEMORY_SPARE_MIB = 64, /* what EAL and drivers take for themselves; measured 20 to 40 */
};

struct arguments {
	char *words[ARGUMENTS_MAX + 1]; /* ends with NULL */
	int n;
	bool too_many;
};

static void __attribute__((format(printf, 2, 3)))
arguments_add(struct arguments *a, const char *format, ...)
{
	va_list values;

	if (a->n == ARGUMENTS_MAX) {
		a->too_many = true;
		return;
	}
	va_start(values, format);
	if (vasprintf(&a->words[a->n], format, values) >= 0)
		a->n++;
	va_end(values);
}

static void
arguments_free(struct arguments *a)
{
	for (int i = 0; i < a->n; i++)
		free(a->words[i]);
}

/*
 * Did the user give this option, as "-x", "-xVALUE", "--long", "--long=VALUE", or so much of a long one that nothing else of
 * the EAL's begins so (getopt takes that too)?
 */
static bool
user_gave(const struct options *o, const char *option)
{
	for (int i = 0; i < o->n_eal_arguments; i++) {
		const char *word = o->eal_arguments[i];
		size_t length = strcspn(word, "=");

		if (option[1] != '-') {
			if (strncmp(word, option, strlen(option)) == 0)
				return true;
		} else if (length >= ABBREVIATION_MIN && strncmp(word, option, length) == 0) {
			return true;
		}
	}
	return false;
}

const char *
eal_vdev(const struct options *options, unsigned i)
{
	static const char option[] = "--vdev";
	const size_t length = sizeof(option) - 1;

	for (int j = 0; j < options->n_eal_arguments; j++) {
		const char *word = options->eal_arguments[j];

		if (strncmp(word, option, length) != 0 ||
		    (word[length] != '\0' && word[length] != '='))
			continue;
		if (i-- > 0)
			continue;
		if (word[length] == '=')
			return word + length + 1;
		return j + 1 < options->n_eal_arguments ? options->eal_arguments[j + 1] : NULL;
	}
	return NULL;
}

unsigned
eal_devices_asked_for(const struct options *options)
{
	static const char *const makers[] = {"--vdev", "-a", "--allow", NULL};
	unsigned n = 0;

	for (int i = 0; i < options->n_eal_arguments; i++) {
		for (const char *const *maker = makers; *maker != NULL; maker++)
			n += strncmp(options->eal_arguments[i], *maker, strlen(*maker)) == 0;
	}
	return n;
}

bool
eal_device_is_pci(const char *device)
{
	char name[PCI_PRI_STR_SIZE + 1];
	size_t length = strcspn(device, ",");
	struct rte_pci_addr address;

	if (length >= sizeof(name))
		return false;
	memcpy(name, device, length);
	name[length] = '\0';
	return rte_pci_addr_parse(name, &address) == 0;
}

static bool
plan_has_lcore(const struct plan *plan, unsigned id)
{
	for (unsigned i = 0; i < plan->n_lcores; i++) {
		if (plan->lcores[i].id == id)
			return true;
	}
	return false;
}

/* The lcore that controls: the highest id that does not poll. */
static unsigned
main_lcore_choose(const struct plan *plan)
{
	unsigned id = RTE_MAX_LCORE - 1;

	while (id > 0 && plan_has_lcore(plan, id))
		id--;
	return id;
}

int
eal_cpus_check(const struct plan *plan, void (*say)(const char *format, ...))
{
	cpu_set_t allowed;
	int error = 0;

	if (sched_getaffinity(0, sizeof(allowed), &allowed) != 0)
		return -errno;
	for (unsigned i = 0; i < plan->n_lcores; i++) {
		unsigned id = plan->lcores[i].id;

		if (CPU_ISSET(id, &allowed))
			continue;
		say("lcores: there is no CPU %u, or leat may not run on it (see `lscpu -e` and "
		    "`taskset -p $$`)",
		    id);
		error = -ENODEV;
	}
	return error;
}

/* "1@1,3@3,127@(0,1,2,3)" and the main lcore, which may use every CPU that leat may. */
static int
lcores_add(struct arguments *a, const struct plan *plan)
{
	unsigned main_lcore = main_lcore_choose(plan);
	cpu_set_t allowed;
	char *text = NULL;
	size_t size;
	FILE *list;

	if (sched_getaffinity(0, sizeof(allowed), &allowed) != 0)
		return -errno;
	list = open_memstream(&text, &size);
	if (list == NULL)
		return -ENOMEM;
	for (unsigned i = 0; i < plan->n_lcores; i++)
		fprintf(list, "%u@%u,", plan->lcores[i].id, plan->lcores[i].id);
	fprintf(list, "%u@(", main_lcore);
	for (unsigned cpu = 0, first = 1; cpu < CPU_SETSIZE; cpu++) {
		if (CPU_ISSET(cpu, &allowed)) {
			fprintf(list, "%s%u", first ? "" : ",", cpu);
			first = 0;
		}
	}
	fprintf(list, ")");
	(void)fclose(list); /* memory only */
	arguments_add(a, "--lcores=%s", text);
	arguments_add(a, "--main-lcore=%u", main_lcore);
	free(text);
	return 0;
}

static void
devices_add(struct arguments *a, const struct config *config)
{
	unsigned n_pci = 0;

	for (unsigned i = 0; i < config->n_ports; i++) {
		if (eal_device_is_pci(config->ports[i].device)) {
			arguments_add(a, "--allow=%s", config->ports[i].device);
			n_pci++;
		}
	}
	if (n_pci == 0)
		arguments_add(a, "--no-pci");
}

static int
arguments_make(
	struct arguments *a, const struct options *o, const struct plan *plan, uint64_t memory_bytes
)
{
	static const char *const lcore_options[] = {
		"-l", "-c", "-s", "-S", "--lcores", "--main-lcore", NULL};
	static const char *const device_options[] = {
		"-a", "--allow", "-b", "--block", "--no-pci", NULL};
	bool lcores_given = false, devices_given = false;
	int error = 0;

	arguments_add(a, "%s", o->program);
	for (int i = 0; i < o->n_eal_arguments; i++)
		arguments_add(a, "%s", o->eal_arguments[i]);
	for (const char *const *option = lcore_options; *option != NULL; option++)
		lcores_given |= user_gave(o, *option);
	for (const char *const *option = device_options; *option != NULL; option++)
		devices_given |= user_gave(o, *option);
	if (!lcores_given) {
		error = eal_cpus_check(plan, log_error);
		if (error == 0)
			error = lcores_add(a, plan);
	}
	if (!devices_given && plan->config->n_ports > 0)
		devices_add(a, plan->config);
	if (user_gave(o, "--no-huge") && !user_gave(o, "-m") && !user_gave(o, "--socket-mem"))
		arguments_add(
			a, "-m%lu", (unsigned long)(memory_bytes / MEBIBYTE + MEMORY_SPARE_MIB)
		);
	return error;
}

/* Free pages of any size on any node; -1 where the kernel does not say. */
static long
hugepages_free(void)
{
	glob_t files;
	long sum = 0;

	if (glob("/sys/kernel/mm/hugepages/hugepages-*/free_hugepages", 0, NULL, &files) != 0)
		return -1;
	for (size_t i = 0; i < files.gl_pathc; i++) {
		FILE *file = fopen(files.gl_pathv[i], "r");
		long pages = 0;

		if (file == NULL)
			continue;
		if (fscanf(file, "%ld", &pages) == 1)
			sum += pages;
		(void)fclose(file); /* only read from */
	}
	globfree(&files);
	return sum;
}

static int
hugepages_check(const struct options *o)
{
	if (user_gave(o, "--no-huge") || hugepages_free() > 0)
		return 0;
	log_error("no free hugepages. Reserve some (tools/hugepages.sh reserve 512, or `echo 256 > "
		  "/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages` and a mounted "
		  "hugetlbfs), or run without: "
		  "leat --no-huge --no-shconf -- ...");
	return -ENOMEM;
}

/* Where the user chose the lcores, the plan's must be among them, and none of them the main one. */
static int
lcores_check(const struct plan *plan)
{
	for (unsigned i = 0; i < plan->n_lcores; i++) {
		unsigned id = plan->lcores[i].id;

		if (!rte_lcore_is_enabled(id)) {
			log_error(
				"lcores: %u is not among the EAL's lcores; add it to -l/--lcores, "
				"or leave them to leat",
				id
			);
			return -ENODEV;
		}
		if (id == rte_get_main_lcore()) {
			log_error(
				"lcores: %u is the EAL's main lcore, which controls and never "
				"polls; choose another with "
				"--main-lcore, or leave -l/--lcores to leat",
				id
			);
			return -EBUSY;
		}
	}
	return 0;
}

/* The EAL logs a virtual device that it could not make and goes on. leat does not. */
static int
vdevs_check(const struct options *options)
{
	const char *device;

	for (unsigned i = 0; (device = eal_vdev(options, i)) != NULL; i++) {
		char name[RTE_ETH_NAME_MAX_LEN];
		uint16_t id;

		(void)snprintf(name, sizeof(name), "%.*s", (int)strcspn(device, ","), device);
		/* Other kinds of devices are not leat's business. */
		if (strncmp(name, "net_", strlen("net_")) != 0 ||
		    rte_eth_dev_get_port_by_name(name, &id) == 0)
			continue;
		log_error(
			"--vdev: device \"%s\" could not be made: DPDK's lines above say why",
			device
		);
		return -ENODEV;
	}
	return 0;
}

int
eal_start(const struct options *options, const struct plan *plan, uint64_t memory_bytes)
{
	struct arguments a = {.n = 0};
	char *words[ARGUMENTS_MAX + 1];
	int error = hugepages_check(options);

	if (error != 0)
		return error;
	error = arguments_make(&a, options, plan, memory_bytes);
	if (user_gave(options, "--proc-type")) {
		log_error("--proc-type: leat is always a primary process");
		error = -EINVAL;
	}
	if (a.too_many) {
		log_error("more than %d EAL arguments", ARGUMENTS_MAX);
		error = -EINVAL;
	}
	if (error != 0)
		goto free_arguments;
	/* rte_eal_init reorders the array, and a device's name may point into it later: keep both. */
	memcpy(words, a.words, sizeof(words));
	if (rte_eal_init(a.n, words) < 0) {
		log_error(
			"DPDK could not start: %s (its own lines above say more)",
			rte_strerror(rte_errno)
		);
		error = rte_errno != 0 ? -rte_errno : -EIO;
		goto free_arguments;
	}
	error = vdevs_check(options);
	if (error == 0)
		error = lcores_check(plan);
	if (error != 0)
		eal_stop();
free_arguments:
	arguments_free(&a);
	return error;
}

void
eal_stop(void)
{
	(void)rte_eal_cleanup(); /* leat ends in any case */
}
