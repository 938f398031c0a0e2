/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A worker with tenants from a config's text, as the appliance makes it, without devices: packets in, fates out, time as
 * the test wants it. Port 0 is "lan", port 1 is "wan", and they are a pair.
 *
 * Needs eal_fixture_setup. One at a time; a test opens it, the teardown closes it after looking through the books, and again
 * when every flow has had time to end.
 */
#ifndef UNIT_TENANCY_FIXTURE_H
#define UNIT_TENANCY_FIXTURE_H

#include "app/appliance.h"
#include "pipeline/tenant/tenancy.h"
#include "pipeline/worker.h"
#include "tests/unit/packet_spec.h"

#include <stdint.h>

enum { LAN = 0, WAN = 1 };

/* In front of the section `tenants`. 1,024 slots, small tables. */
#define TENANCY_PORTS                                                                              \
	"ports: { lan: { device: net_null0 }, wan: { device: net_null1 } }\n"                      \
	"forward: [ { between: [lan, wan] } ]\n"                                                   \
	"flows: { ipv4: 2k, ipv6: 1k, fragments: 400 }\n"

struct tenancy_fixture {
	struct appliance a;
	struct worker *worker;
	struct tenancy *t;
	uint64_t now_ns;
	struct burst burst; /* of the last turn; its mbufs have been freed */
};

/* A test, with its teardown; one that holds for both IP versions has a struct spec_version as its state. */
#define TENANCY_TEST(name) cmocka_unit_test_teardown(name, tenancy_teardown)
#define TENANCY_TEST_OF(name, version)                                                             \
	{                                                                                          \
#name " " #version, name, NULL, tenancy_teardown, (void *)(uintptr_t) & (version)  \
	}
#define TENANCY_TEST_BOTH(name) TENANCY_TEST_OF(name, spec_ipv4), TENANCY_TEST_OF(name, spec_ipv6)

/* `text`: a whole config. */
struct tenancy_fixture *tenancy_open(const char *text);

/* For cmocka: checks, ends and closes what a test opened. Fails where mbufs are missing, or the books are wrong. */
int tenancy_teardown(void **state);

/* One packet, one burst. Returns its fate, FATE_FORWARD where it passed. */
enum fate tenancy_send(const struct packet_spec *s);
enum fate tenancy_send_built(const struct packet_builder *b, uint16_t in);

/* Packets to be sent together; the fate of the i-th. */
void tenancy_add(const struct packet_spec *s);
void tenancy_add_built(const struct packet_builder *b, uint16_t in);
void tenancy_run(void);
enum fate tenancy_fate(unsigned i);

/* The flow that the i-th packet of the last burst came to belong to, or NULL. */
const struct flow *tenancy_flow(unsigned i);

/* Time goes on, and all that is due happens. */
void tenancy_wait_ms(uint64_t ms);

/* Puts another config in force, or fails. The second form returns 0 or a negative errno. */
void tenancy_reload(const char *text);
int tenancy_reload_try(const char *text);

/* A tenant's slot; the test fails where there is none. */
uint16_t tenancy_slot(const char *path);

/* What this worker has counted for the tenant, what all have used of it. */
const struct tenant_account *tenancy_account(const char *path);
uint64_t tenancy_flows_used(const char *path); /* by it and all below it */
uint32_t tenancy_flows_owned(const char *path); /* by itself */
uint64_t tenancy_drops(const char *path, enum fate reason);
uint64_t tenancy_audits(const char *path, enum fate reason);
uint64_t tenancy_refusals(const char *path, enum fate reason);
uint64_t tenancy_passed(const char *path); /* packets, both ways */

/* All flows of both tables. */
uint32_t tenancy_flows_all(void);

/*
 * What must hold at any time: the tables' lists say what their flows say; a tenant has used as many flows as it and all
 * below it own; a packet has passed or been dropped, once.
 */
void tenancy_check(void);

#endif
