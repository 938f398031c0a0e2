/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/unit/pipeline/tenant/limits_fixture.h"

#include <string.h>

const uint64_t FIXTURE_NOW_NS = UINT64_C(86400) * 1000000000;
const uint64_t FIXTURE_UNIX_NS = UINT64_C(1800000000) * 1000000000 + 500000000;

static struct limits_fixture fixture;

struct limits_fixture *
limits_fixture_reset(void)
{
	struct limits_fixture *f = &fixture;

	memset(f, 0, sizeof(*f));
	f->set = (struct tenant_set
	){.generation = 1, .n_slots = FIXTURE_SLOTS, .tenants = f->tenants};
	for (unsigned w = 0; w < FIXTURE_WORKERS; w++) {
		f->books[w].set = &f->set;
		f->books[w].usage = f->usage;
		f->books[w].accounts = f->accounts[w];
	}
	limits_fixture_clock(f, 0);
	limits_fixture_add(f, TENANT_ROOT, TENANT_NONE);
	return f;
}

struct tenant *
limits_fixture_add(struct limits_fixture *f, uint16_t slot, uint16_t parent)
{
	struct tenant *t = &f->tenants[slot];

	*t = (struct tenant){
		.parent = parent,
		.used = true,
		.incarnation = f->set.generation,
		.limits.flows_max = UINT64_MAX,
	};
	return t;
}

void
limits_fixture_reload(struct limits_fixture *f)
{
	f->set.generation++;
}

void
limits_fixture_clock(struct limits_fixture *f, uint64_t ns)
{
	for (unsigned w = 0; w < FIXTURE_WORKERS; w++) {
		f->books[w].now_ns = FIXTURE_NOW_NS + ns;
		f->books[w].now_unix_ns = FIXTURE_UNIX_NS + ns;
	}
}

enum fate
limits_fixture_charge(struct limits_fixture *f, uint16_t payer)
{
	return tenant_charge(&f->books[0], payer, FRAME_BYTES);
}

uint64_t
limits_fixture_offer(struct limits_fixture *f, uint16_t payer, unsigned n_workers, uint64_t n)
{
	uint64_t passed = 0;

	for (uint64_t i = 0; i < n; i++)
		passed += tenant_charge(&f->books[i % n_workers], payer, FRAME_BYTES) == FATE_NONE;
	return passed;
}
