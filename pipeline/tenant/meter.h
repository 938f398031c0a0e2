/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A token bucket that all workers share, as one number: the time up to which it is paid for (the virtual scheduling form of
 * the generic cell rate algorithm, ITU-T I.371 annex A).
 *
 * Nothing is refilled and no time step is ever computed, so no rate is too high or too low for it. Taking is one
 * compare-and-swap; a refusal only reads. What may be taken at once is 10 ms of the rate, in whole tokens, and one take
 * more: a packet is never too long for a bucket, it only is paid for longer.
 *
 * So in any second: the rate, 1 %, and a take. A bucket of less than 100/s that has been idle gives in its first second
 * exactly its rate; then in any second the rate, give or take one. Of bytes, in any second the rate, 1 % or a frame of
 * 1,514 bytes, and a frame.
 */
#ifndef PIPELINE_TENANT_METER_H
#define PIPELINE_TENANT_METER_H

#include <stdbool.h>
#include <stdint.h>

enum {
	METER_UNITS_PER_NS = 64, /* meter times are 1/64 ns: 64 bits of it last 9 years */
	METER_DEPTH_NS =
		10 * 1000 *
		1000, /* what an idle bucket holds of its rate, rounded down, if nobody deepens it */
};

/* Immutable. */
struct meter_rate {
	uint64_t per_second; /* tokens; 0: no limit */
	uint64_t token_cost; /* of one token, 1/64 ns, 48.16 fixed point */
	uint64_t usual_take; /* tokens: so much is not lost between two takes, deep or not */
	uint64_t depth; /* of the bucket, 1/64 ns */
};

/* Of what is taken one at a time. `per_second` is 1 to 10^12. */
struct meter_rate meter_rate_make(uint64_t per_second);

/* Of bytes of frames. */
struct meter_rate meter_byte_rate_make(uint64_t per_second);

/* The same rate with a bucket that holds so much of it. Then a second may have so much more than the rate. */
struct meter_rate meter_rate_deepen(const struct meter_rate *rate, uint64_t depth_ns);

struct meter {
	uint64_t paid_until; /* 1/64 ns; every worker reads and writes. Atomic */
};

/*
 * Takes tokens, up to 2^24 of them, if the bucket is not empty. `now_ns` counts from the start and never goes back by
 * more than the lcores' clocks differ. Any lcore.
 */
bool meter_take(struct meter *m, const struct meter_rate *rate, uint64_t now_ns, uint64_t tokens);

/* Gives tokens back that were taken and not used. */
void meter_give(struct meter *m, const struct meter_rate *rate, uint64_t tokens);

/* What was taken and is still to be paid for is forgiven: its price was another rate's. Any thread. */
void meter_forgive(struct meter *m, uint64_t now_ns);

/* Would a take succeed? Any thread. */
bool meter_is_open(const struct meter *m, uint64_t now_ns);

/*
 * Tokens that the bucket holds. At 0 there is one take more; negative: what must be paid for before the next one. Any
 * thread.
 */
int64_t meter_level(const struct meter *m, const struct meter_rate *rate, uint64_t now_ns);

#endif
