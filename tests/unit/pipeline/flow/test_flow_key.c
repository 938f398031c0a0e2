/* SPDX-License-Identifier: BSD-3-Clause */
/* Keys are the same for both directions of a flow, and for nothing else. */
#include "pipeline/flow/flow_key.h"
#include "pipeline/flow/flow_key_plain.h"
#include "tests/unit/unit_test.h"

#include <rte_byteorder.h>
#include <rte_ip.h>

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

enum { RANDOM_TUPLES = 20000 };

static struct flow_tuple
tuple4(uint32_t src, uint16_t src_port, uint32_t dst, uint16_t dst_port)
{
	return (struct flow_tuple){
		.src.v4_be = rte_cpu_to_be_32(src),
		.dst.v4_be = rte_cpu_to_be_32(dst),
		.src_port_be = rte_cpu_to_be_16(src_port),
		.dst_port_be = rte_cpu_to_be_16(dst_port),
		.zone = 0x1FFFFFFF,
		.kind = PACKET_IPV4,
		.flow_class = FLOW_CLASS_UDP,
	};
}

/* Addresses that differ in their last byte alone. */
static struct flow_tuple
tuple6(uint8_t src, uint16_t src_port, uint8_t dst, uint16_t dst_port)
{
	struct flow_tuple t = {
		.src_port_be = rte_cpu_to_be_16(src_port),
		.dst_port_be = rte_cpu_to_be_16(dst_port),
		.zone = 0x1FFFFFFF,
		.kind = PACKET_IPV6,
		.flow_class = FLOW_CLASS_TCP,
	};

	t.src.v6[0] = t.dst.v6[0] = 0xFD;
	t.src.v6[15] = src;
	t.dst.v6[15] = dst;
	return t;
}

static struct flow_tuple
turned(const struct flow_tuple *t)
{
	struct flow_tuple back = *t;

	back.src = t->dst;
	back.dst = t->src;
	back.src_port_be = t->dst_port_be;
	back.dst_port_be = t->src_port_be;
	return back;
}

static bool
keys_are_equal(const struct flow_tuple *a, const struct flow_tuple *b)
{
	struct flow_key key_a = {0}, key_b = {0};

	(void)flow_key_make(a, &key_a);
	(void)flow_key_make(b, &key_b);
	return memcmp(&key_a, &key_b, sizeof(key_a)) == 0;
}

static bool
src_is_high(const struct flow_tuple *t)
{
	struct flow_key key;

	return flow_key_make(t, &key);
}

static void
both_directions_have_one_key_and_the_ends_are_told_apart(void **state)
{
	const struct flow_tuple tuples[] = {
		tuple4(RTE_IPV4(10, 0, 0, 1), 40000, RTE_IPV4(10, 0, 0, 2), 53),
		tuple4(RTE_IPV4(10, 0, 0, 1), 1, RTE_IPV4(10, 0, 0, 1), 2),
		tuple6(1, 40000, 2, 53),
		tuple6(1, 1, 1, 2),
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(tuples); i++) {
		struct flow_tuple back = turned(&tuples[i]);

		assert_true(keys_are_equal(&tuples[i], &back));
		assert_false(src_is_high(&tuples[i]));
		assert_true(src_is_high(&back));
	}
}

static void
equal_ends_are_not_told_apart(void **state)
{
	struct flow_tuple t4 = tuple4(1, 7, 1, 7), t6 = tuple6(1, 7, 1, 7);
	struct flow_tuple back4 = turned(&t4), back6 = turned(&t6);

	(void)state;
	assert_false(src_is_high(&t4));
	assert_false(src_is_high(&back4));
	assert_false(src_is_high(&t6));
	assert_false(src_is_high(&back6));
}

static void
crossed_ports_are_another_flow(void **state)
{
	struct flow_tuple a = tuple4(1, 10, 2, 20), b = tuple4(1, 20, 2, 10);
	struct flow_tuple c = tuple6(1, 10, 2, 20), d = tuple6(1, 20, 2, 10);

	(void)state;
	assert_false(keys_are_equal(&a, &b));
	assert_false(keys_are_equal(&c, &d));
}

static void
ends_that_differ_in_their_sign_bits_have_an_order(void **state)
{
	struct flow_tuple sign = tuple4(0x7F000001, 1, 0x80000001, 1), back = turned(&sign);

	(void)state;
	assert_int_not_equal(src_is_high(&sign), src_is_high(&back));
}

/* Each bit of what makes a flow, turned over alone. Bytes that are padding or of IPv6 alone are left out. */
static void
bits_check(struct flow_tuple t, size_t address_bytes)
{
	struct flow_tuple other = t;

	for (unsigned bit = 0; bit < address_bytes * 8; bit++) {
		other = t;
		other.src.v6[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_false(keys_are_equal(&t, &other));
		other = t;
		other.dst.v6[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_false(keys_are_equal(&t, &other));
	}
	for (unsigned bit = 0; bit < 16; bit++) {
		other = t;
		other.src_port_be ^= (uint16_t)(1 << bit);
		assert_false(keys_are_equal(&t, &other));
		other = t;
		other.dst_port_be ^= (uint16_t)(1 << bit);
		assert_false(keys_are_equal(&t, &other));
	}
	for (unsigned bit = 0; bit < 29; bit++) {
		other = t;
		other.zone ^= 1U << bit;
		assert_false(keys_are_equal(&t, &other));
	}
	for (unsigned i = FLOW_CLASS_OTHER; i <= FLOW_CLASS_DCCP; i++) {
		other = t;
		other.flow_class = (uint8_t)i;
		assert_int_equal(keys_are_equal(&t, &other), i == t.flow_class);
	}
}

static void
every_bit_counts(void **state)
{
	(void)state;
	bits_check(tuple4(RTE_IPV4(10, 0, 0, 1), 40000, 0xAC100009, 53), 4);
	bits_check(tuple6(0x51, 40000, 0xA2, 53), 16);
}

static uint64_t
random_next(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed * UINT64_C(0x9E3779B97F4A7C15);
}

/* Few values for each byte, so that the ends are often equal up to some byte. */
static struct flow_tuple
tuple_random(uint8_t kind, uint64_t *seed)
{
	struct flow_tuple t = {.kind = kind, .zone = (uint32_t)random_next(seed) >> 3};
	size_t bytes = kind == PACKET_IPV4 ? 4 : 16;

	for (size_t i = 0; i < bytes; i++) {
		t.src.v6[i] = random_next(seed) >> 62 ? 0x80 : 0x7F;
		t.dst.v6[i] = random_next(seed) >> 60 ? t.src.v6[i] : 0x7F;
	}
	t.src_port_be = rte_cpu_to_be_16((uint16_t)(0x7FFF + (random_next(seed) >> 62)));
	t.dst_port_be = rte_cpu_to_be_16((uint16_t)(0x7FFF + (random_next(seed) >> 62)));
	t.flow_class = (uint8_t)((random_next(seed) >> 32) % (FLOW_CLASS_DCCP + 1));
	return t;
}

static bool
ends_are_equal(const struct flow_tuple *t)
{
	return memcmp(&t->src, &t->dst, sizeof(t->src)) == 0 && t->src_port_be == t->dst_port_be;
}

static void
random_check(uint8_t kind)
{
	uint64_t seed = 88172645463325252;

	for (unsigned i = 0; i < RANDOM_TUPLES; i++) {
		struct flow_tuple t = tuple_random(kind, &seed), back = turned(&t), read;
		struct flow_key key;
		bool high = flow_key_make(&t, &key);

		assert_int_equal(high, !ends_are_equal(&t) && !src_is_high(&back));
		assert_true(keys_are_equal(&t, &back));
		flow_key_read(key.words, kind, high, &read);
		assert_memory_equal(&read, &t, sizeof(t));
	}
}

static void
one_end_is_high_and_reading_gives_back_what_was_made(void **state)
{
	(void)state;
	random_check(PACKET_IPV4);
	random_check(PACKET_IPV6);
}

static void
a_zone_knows_link_and_both_vlans(void **state)
{
	struct packet p = {.vlan_outer = 100, .vlan_inner = 4095};
	struct packet swapped = {.vlan_outer = 4095, .vlan_inner = 100};

	(void)state;
	assert_int_not_equal(flow_zone(3, &p), flow_zone(4, &p));
	assert_int_not_equal(flow_zone(3, &p), flow_zone(3, &swapped));
	assert_true(flow_zone(31, &p) < 1U << 29);
}

static void
a_priority_tag_is_no_vlan(void **state)
{
	struct packet none = {.vlan_outer = PACKET_NO_VLAN, .vlan_inner = PACKET_NO_VLAN};
	struct packet priority = {.vlan_outer = 0, .vlan_inner = PACKET_NO_VLAN};

	(void)state;
	assert_int_equal(flow_zone(1, &none), flow_zone(1, &priority));
}

static uint32_t
random_word(unsigned *seed)
{
	return (uint32_t)rand_r(seed) << 16 ^ (uint32_t)rand_r(seed);
}

/* Few values, the sign bits among them, so that ends are often equal or differ in their ports alone. */
static struct packet
plain_random(unsigned *seed)
{
	uint32_t mask = rand_r(seed) % 2 == 0 ? UINT32_C(0x80008001) : UINT32_MAX;

	return (struct packet){
		.src.v4_be = random_word(seed) & mask,
		.dst.v4_be = random_word(seed) & mask,
		.src_port_be = (uint16_t)(random_word(seed) & mask),
		.dst_port_be = (uint16_t)(random_word(seed) & mask),
		.vlan_outer = PACKET_NO_VLAN,
		.vlan_inner = PACKET_NO_VLAN,
		.kind = PACKET_IPV4,
		.flags = PACKET_HAS_PORTS,
		.ip_protocol = rand_r(seed) % 2 == 0 ? IPPROTO_UDP : IPPROTO_TCP,
	};
}

static void
the_plain_key_is_the_key(void **state)
{
	unsigned seed = 1;

	(void)state;
	for (unsigned i = 0; i < RANDOM_TUPLES; i++) {
		struct packet p = plain_random(&seed);
		uint32_t port = random_word(&seed) % 32, flip = random_word(&seed) % 32;
		uint32_t zone = flow_zone(port, &p);
		struct flow_tuple tuple =
			flow_tuple_of_plain(&p, zone, flip << FLOW_ZONE_PORT_SHIFT);
		struct flow_key key = {0}, plain = {0};
		bool high = flow_key4_make(&tuple, &key);

		assert_true(flow_key_is_plain(&p));
		assert_int_equal(port << FLOW_ZONE_PORT_SHIFT, zone);
		assert_true(
			flow_key_plain_make(&p, zone, flip << FLOW_ZONE_PORT_SHIFT, &plain) ==
			-(uint64_t)high
		);
		assert_memory_equal(&plain, &key, sizeof(key));
	}
}

static void
only_whole_untagged_ipv4_datagrams_with_ports_are_plain(void **state)
{
	unsigned seed = 1;
	const struct packet plain = plain_random(&seed);
	struct packet p = plain;

	(void)state;
	assert_true(flow_key_is_plain(&p));
	p.kind = PACKET_IPV6;
	assert_false(flow_key_is_plain(&p));
	p = plain;
	p.flags |= PACKET_FRAGMENT;
	assert_false(flow_key_is_plain(&p));
	p.flags = 0;
	assert_false(flow_key_is_plain(&p));
	p = plain;
	p.fate = FATE_UDP_BAD_CHECKSUM;
	assert_false(flow_key_is_plain(&p));
	p = plain;
	p.vlan_outer = 7;
	assert_false(flow_key_is_plain(&p));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_directions_have_one_key_and_the_ends_are_told_apart),
		cmocka_unit_test(equal_ends_are_not_told_apart),
		cmocka_unit_test(crossed_ports_are_another_flow),
		cmocka_unit_test(ends_that_differ_in_their_sign_bits_have_an_order),
		cmocka_unit_test(every_bit_counts),
		cmocka_unit_test(one_end_is_high_and_reading_gives_back_what_was_made),
		cmocka_unit_test(a_zone_knows_link_and_both_vlans),
		cmocka_unit_test(a_priority_tag_is_no_vlan),
		cmocka_unit_test(the_plain_key_is_the_key),
		cmocka_unit_test(only_whole_untagged_ipv4_datagrams_with_ports_are_plain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
