/* SPDX-License-Identifier: BSD-3-Clause */
/* A small tree of tenants and the books of several workers, in memory that each test gets empty. */
#ifndef UNIT_TENANT_LIMITS_FIXTURE_H
#define UNIT_TENANT_LIMITS_FIXTURE_H

#include "pipeline/tenant/tenant_limits.h"

#include <stdint.h>

enum {
	FIXTURE_SLOTS = 1024,
	FIXTURE_WORKERS = 8,
	FRAME_BYTES = 100,
};

struct limits_fixture {
	struct tenant tenants[FIXTURE_SLOTS];
	struct tenant_set set;
	struct tenant_usage usage[FIXTURE_SLOTS];
	struct tenant_account accounts[FIXTURE_WORKERS][FIXTURE_SLOTS];
	struct tenant_books books[FIXTURE_WORKERS];
};

/* Long after the start; in the middle of a second. */
extern const uint64_t FIXTURE_NOW_NS;
extern const uint64_t FIXTURE_UNIX_NS;

/* "/" alone, without limits. The fixture is the same one each time. */
struct limits_fixture *limits_fixture_reset(void);

/* A tenant without limits. */
struct tenant *limits_fixture_add(struct limits_fixture *f, uint16_t slot, uint16_t parent);

/* A new generation, as after a reload: the tenants may be changed from now on until they are used. */
void limits_fixture_reload(struct limits_fixture *f);

/* All workers' clocks: so long after FIXTURE_NOW_NS. */
void limits_fixture_clock(struct limits_fixture *f, uint64_t ns);

/* Charges one packet of FRAME_BYTES on worker 0. */
enum fate limits_fixture_charge(struct limits_fixture *f, uint16_t payer);

/* Offers n packets at this moment, the workers in turn. Returns how many passed. */
uint64_t
limits_fixture_offer(struct limits_fixture *f, uint16_t payer, unsigned n_workers, uint64_t n);

#endif
