/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What streams may hold, and what was counted of them: a tree of budgets, a tenant's below the worker's. Whatever a
 * stream takes has to fit into its budget and into each one above.
 *
 * A budget belongs to one worker, like the streams that draw on it: nothing here is atomic.
 */
#ifndef PIPELINE_STREAM_STREAM_BUDGET_H
#define PIPELINE_STREAM_STREAM_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

enum stream_resource {
	STREAM_RESOURCE_STREAMS,
	STREAM_RESOURCE_HELD_SEGMENTS, /* packets that wait for bytes before theirs */
	STREAM_RESOURCE_PARTIAL_BYTES, /* buffers of messages that span segments, by the buffers' sizes */
	STREAM_RESOURCE_COUNT
};

/* X(name in the enum, name for people and scripts, help) */
#define STREAM_COUNTER_TABLE(X)                                                                    \
	X(SEGMENTS, "segments", "segments with data")                                              \
	X(BYTES, "bytes", "bytes read in order")                                                   \
	X(MESSAGES, "messages", "messages handed out")                                             \
	X(SPANNING, "spanning_messages", "of these, put together from several segments")           \
	X(FAULTS, "faults", "places where the framing was broken")                                 \
	X(HELD, "held_segments", "segments that had to wait for bytes before theirs")              \
	X(DUPLICATE_BYTES, "duplicate_bytes", "bytes that had been seen before")                   \
	X(LOSSES, "losses", "gaps that were given up")                                             \
	X(LOST_BYTES, "lost_bytes", "bytes missing in them")                                       \
	X(UNUSED_BYTES, "unused_bytes", "bytes of messages whose rest was lost or never came")     \
	X(SKIPPED_BYTES, "skipped_bytes", "bytes passed over in search of the start of a message") \
	X(NO_ROOM, "no_room", "messages dropped because no buffer was left to put them together")  \
	X(KEEP_ALIVES, "keep_alives", "keep-alive segments")                                       \
	X(OUT_OF_WINDOW, "out_of_window", "segments too far from the stream to be of it")          \
	X(RESETS_IGNORED, "resets_ignored", "resets with a sequence number no receiver accepts")   \
	X(AFTER_END_BYTES, "after_end_bytes", "bytes behind the end of the stream")                \
	X(STARTS, "starts", "streams that began with their SYN")                                   \
	X(PICKUPS, "pickups", "streams taken up in the middle")                                    \
	X(ENDS, "ends", "streams that ended")

enum stream_counter {
#define STREAM_COUNTER_ENUM(id, name, help) STREAM_COUNT_##id,
	STREAM_COUNTER_TABLE(STREAM_COUNTER_ENUM)
#undef STREAM_COUNTER_ENUM
		STREAM_COUNTER_COUNT
};

struct stream_counter_row {
	const char *name; /* [a-z0-9_] */
	const char *help;
};

extern const struct stream_counter_row stream_counters[STREAM_COUNTER_COUNT];

/* The owner fills parent and limits; all else starts as 0. */
struct stream_budget {
	struct stream_budget *parent; /* NULL: the topmost; outlives this one */
	uint64_t limits[STREAM_RESOURCE_COUNT];
	uint64_t used[STREAM_RESOURCE_COUNT];
	uint64_t
		refused[STREAM_RESOURCE_COUNT]; /* how often this budget was the one that said no */
	uint64_t counters[STREAM_COUNTER_COUNT]; /* of all streams at and below it */
};

/* Takes from this budget and all above it, or, where one has not enough left, from none. */
bool stream_budget_take(struct stream_budget *budget, enum stream_resource resource, uint64_t n);

/* The same, and whether it has enough left is not asked. */
void stream_budget_force(struct stream_budget *budget, enum stream_resource resource, uint64_t n);

void stream_budget_give(struct stream_budget *budget, enum stream_resource resource, uint64_t n);

/* From now on it is below `parent`, with all that it uses. `parent` must not be below it. */
void stream_budget_move(struct stream_budget *budget, struct stream_budget *parent);

#endif
