/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The templates of CME MDP 3.0, SBE schema 1, little-endian. Sources: CME's schema file templates_FixBinary.xml, version 9
 * and version 13 (of 2023-04-11), and Open Markets Initiative's dissectors of versions 9 to 13, which say the same. The
 * dissectors are made from CME's files, so all of it rests on CME's word; that of the long-quantity templates 64 to 69,
 * which came with version 12, on version 13 alone. Real packets of 64, 65 and 68 bear it out. 64, 65 and 69 are 46, 48 and
 * 52 with quantities of 8 bytes; 66, 67 and 68 are so of 37, 51 and 61, which are not here.
 *
 * Field and group names are the schema's in snake_case. Fields whose value is a constant of the schema are not sent and not
 * listed. Prices have 9 decimals (PRICE9). A null is sent as a value: the largest of its type, of signed ones too.
 *
 * Offsets in a message count from MsgSize: the root block starts at CME_ROOT. Offsets in an entry count from its start.
 */
#ifndef PIPELINE_DECODE_CME_TEMPLATES_H
#define PIPELINE_DECODE_CME_TEMPLATES_H

#include "pipeline/decode/layout.h"

enum {
	CME_ROOT = 10, /* bytes before the root block: the message's header */
	CME_DIMENSION_BYTES = 3, /* before a group: blockLength 2 | numInGroup 1 */
	CME_DIMENSION_8_BYTES = 8, /* blockLength 2 | padding 5 | numInGroup 1 */
};

/* MsgSize and the SBE header. */
#define CME_HEADER(F, M)                                                                           \
	F(M, msg_size, 0, 2, UINT_LE, 0)                                                           \
	F(M, block_length, 2, 2, UINT_LE, 0)                                                       \
	F(M, template_id, 4, 2, UINT_LE, 0)                                                        \
	F(M, schema_id, 6, 2, UINT_LE, 0)                                                          \
	F(M, version, 8, 2, UINT_LE, 0)

/* Of any message: cme_template_id(bytes). */
CME_HEADER(LAYOUT_ACCESSOR, cme)

/* The root blocks. */

#define CME_INCREMENTAL(F, M)                                                                      \
	CME_HEADER(F, M)                                                                           \
	F(M, transact_time, CME_ROOT + 0, 8, UINT_LE, 0)                                           \
	F(M, match_event_indicator, CME_ROOT + 8, 1, UINT_LE, 0)

#define CME_SECURITY_STATUS(F, M)                                                                  \
	CME_HEADER(F, M)                                                                           \
	F(M, transact_time, CME_ROOT + 0, 8, UINT_LE, 0)                                           \
	F(M, security_group, CME_ROOT + 8, 6, ASCII, 0)                                            \
	F(M, asset, CME_ROOT + 14, 6, ASCII, 0)                                                    \
	F(M, security_id, CME_ROOT + 20, 4, INT_LE, 0)                                             \
	F(M, trade_date, CME_ROOT + 24, 2, UINT_LE, 0)                                             \
	F(M, match_event_indicator, CME_ROOT + 26, 1, UINT_LE, 0)                                  \
	F(M, security_trading_status, CME_ROOT + 27, 1, UINT_LE, 0)                                \
	F(M, halt_reason, CME_ROOT + 28, 1, UINT_LE, 0)                                            \
	F(M, security_trading_event, CME_ROOT + 29, 1, UINT_LE, 0)

#define CME_SNAPSHOT(F, M)                                                                         \
	CME_HEADER(F, M)                                                                           \
	F(M, last_msg_seq_num_processed, CME_ROOT + 0, 4, UINT_LE, 0)                              \
	F(M, tot_num_reports, CME_ROOT + 4, 4, UINT_LE, 0)                                         \
	F(M, security_id, CME_ROOT + 8, 4, INT_LE, 0)                                              \
	F(M, rpt_seq, CME_ROOT + 12, 4, UINT_LE, 0)                                                \
	F(M, transact_time, CME_ROOT + 16, 8, UINT_LE, 0)                                          \
	F(M, last_update_time, CME_ROOT + 24, 8, UINT_LE, 0)                                       \
	F(M, trade_date, CME_ROOT + 32, 2, UINT_LE, 0)                                             \
	F(M, md_security_trading_status, CME_ROOT + 34, 1, UINT_LE, 0)                             \
	F(M, high_limit_price, CME_ROOT + 35, 8, INT_LE, 9)                                        \
	F(M, low_limit_price, CME_ROOT + 43, 8, INT_LE, 9)                                         \
	F(M, max_price_variation, CME_ROOT + 51, 8, INT_LE, 9)

#define CME_SNAPSHOT_ORDER_BOOK(F, M)                                                              \
	CME_HEADER(F, M)                                                                           \
	F(M, last_msg_seq_num_processed, CME_ROOT + 0, 4, UINT_LE, 0)                              \
	F(M, tot_num_reports, CME_ROOT + 4, 4, UINT_LE, 0)                                         \
	F(M, security_id, CME_ROOT + 8, 4, INT_LE, 0)                                              \
	F(M, no_chunks, CME_ROOT + 12, 4, UINT_LE, 0)                                              \
	F(M, current_chunk, CME_ROOT + 16, 4, UINT_LE, 0)                                          \
	F(M, transact_time, CME_ROOT + 20, 8, UINT_LE, 0)

#define CME_SNAPSHOT_TCP(F, M)                                                                     \
	CME_HEADER(F, M)                                                                           \
	F(M, transact_time, CME_ROOT + 0, 8, UINT_LE, 0)                                           \
	F(M, match_event_indicator, CME_ROOT + 8, 1, UINT_LE, 0)                                   \
	F(M, security_id, CME_ROOT + 9, 4, INT_LE, 0)                                              \
	F(M, high_limit_price, CME_ROOT + 13, 8, INT_LE, 9)                                        \
	F(M, low_limit_price, CME_ROOT + 21, 8, INT_LE, 9)                                         \
	F(M, max_price_variation, CME_ROOT + 29, 8, INT_LE, 9)

/* Entries of groups. */

#define CME_CHANNEL_RESET_ENTRY(F, M) F(M, appl_id, 0, 2, INT_LE, 0)

/* tradeable_size came with version 10, into what was padding: of older senders it says nothing. */
#define CME_BOOK_ENTRY(F, M)                                                                       \
	F(M, md_entry_px, 0, 8, INT_LE, 9)                                                         \
	F(M, md_entry_size, 8, 4, INT_LE, 0)                                                       \
	F(M, security_id, 12, 4, INT_LE, 0)                                                        \
	F(M, rpt_seq, 16, 4, UINT_LE, 0)                                                           \
	F(M, number_of_orders, 20, 4, INT_LE, 0)                                                   \
	F(M, md_price_level, 24, 1, UINT_LE, 0)                                                    \
	F(M, md_update_action, 25, 1, UINT_LE, 0)                                                  \
	F(M, md_entry_type, 26, 1, ASCII, 0)                                                       \
	F(M, tradeable_size, 27, 4, INT_LE, 0)

/* reference_id: which entry of no_md_entries the order belongs to, from 1. */
#define CME_BOOK_ORDER_ENTRY(F, M)                                                                 \
	F(M, order_id, 0, 8, UINT_LE, 0)                                                           \
	F(M, md_order_priority, 8, 8, UINT_LE, 0)                                                  \
	F(M, md_display_qty, 16, 4, INT_LE, 0)                                                     \
	F(M, reference_id, 20, 1, UINT_LE, 0)                                                      \
	F(M, order_update_action, 21, 1, UINT_LE, 0)

#define CME_ORDER_BOOK_ENTRY(F, M)                                                                 \
	F(M, order_id, 0, 8, UINT_LE, 0)                                                           \
	F(M, md_order_priority, 8, 8, UINT_LE, 0)                                                  \
	F(M, md_entry_px, 16, 8, INT_LE, 9)                                                        \
	F(M, md_display_qty, 24, 4, INT_LE, 0)                                                     \
	F(M, security_id, 28, 4, INT_LE, 0)                                                        \
	F(M, md_update_action, 32, 1, UINT_LE, 0)                                                  \
	F(M, md_entry_type, 33, 1, ASCII, 0)

#define CME_TRADE_ENTRY(F, M)                                                                      \
	F(M, md_entry_px, 0, 8, INT_LE, 9)                                                         \
	F(M, md_entry_size, 8, 4, INT_LE, 0)                                                       \
	F(M, security_id, 12, 4, INT_LE, 0)                                                        \
	F(M, rpt_seq, 16, 4, UINT_LE, 0)                                                           \
	F(M, number_of_orders, 20, 4, INT_LE, 0)                                                   \
	F(M, aggressor_side, 24, 1, UINT_LE, 0)                                                    \
	F(M, md_update_action, 25, 1, UINT_LE, 0)                                                  \
	F(M, md_trade_entry_id, 26, 4, UINT_LE, 0)

#define CME_TRADE_ORDER_ENTRY(F, M)                                                                \
	F(M, order_id, 0, 8, UINT_LE, 0)                                                           \
	F(M, last_qty, 8, 4, INT_LE, 0)

#define CME_SNAPSHOT_ENTRY(F, M)                                                                   \
	F(M, md_entry_px, 0, 8, INT_LE, 9)                                                         \
	F(M, md_entry_size, 8, 4, INT_LE, 0)                                                       \
	F(M, number_of_orders, 12, 4, INT_LE, 0)                                                   \
	F(M, md_price_level, 16, 1, INT_LE, 0)                                                     \
	F(M, trading_reference_date, 17, 2, UINT_LE, 0)                                            \
	F(M, open_close_settl_flag, 19, 1, UINT_LE, 0)                                             \
	F(M, settl_price_type, 20, 1, UINT_LE, 0)                                                  \
	F(M, md_entry_type, 21, 1, ASCII, 0)

#define CME_SNAPSHOT_ORDER_BOOK_ENTRY(F, M)                                                        \
	F(M, order_id, 0, 8, UINT_LE, 0)                                                           \
	F(M, md_order_priority, 8, 8, UINT_LE, 0)                                                  \
	F(M, md_entry_px, 16, 8, INT_LE, 9)                                                        \
	F(M, md_display_qty, 24, 4, INT_LE, 0)                                                     \
	F(M, md_entry_type, 28, 1, ASCII, 0)

#define CME_BOOK_LONG_QTY_ENTRY(F, M)                                                              \
	F(M, md_entry_px, 0, 8, INT_LE, 9)                                                         \
	F(M, md_entry_size, 8, 8, UINT_LE, 0)                                                      \
	F(M, security_id, 16, 4, INT_LE, 0)                                                        \
	F(M, rpt_seq, 20, 4, UINT_LE, 0)                                                           \
	F(M, number_of_orders, 24, 4, INT_LE, 0)                                                   \
	F(M, md_price_level, 28, 1, UINT_LE, 0)                                                    \
	F(M, md_update_action, 29, 1, UINT_LE, 0)                                                  \
	F(M, md_entry_type, 30, 1, ASCII, 0)

#define CME_TRADE_LONG_QTY_ENTRY(F, M)                                                             \
	F(M, md_entry_px, 0, 8, INT_LE, 9)                                                         \
	F(M, md_entry_size, 8, 8, UINT_LE, 0)                                                      \
	F(M, security_id, 16, 4, INT_LE, 0)                                                        \
	F(M, rpt_seq, 20, 4, UINT_LE, 0)                                                           \
	F(M, number_of_orders, 24, 4, INT_LE, 0)                                                   \
	F(M, md_trade_entry_id, 28, 4, UINT_LE, 0)                                                 \
	F(M, aggressor_side, 32, 1, UINT_LE, 0)                                                    \
	F(M, md_update_action, 33, 1, UINT_LE, 0)

#define CME_VOLUME_LONG_QTY_ENTRY(F, M)                                                            \
	F(M, md_entry_size, 0, 8, UINT_LE, 0)                                                      \
	F(M, security_id, 8, 4, INT_LE, 0)                                                         \
	F(M, rpt_seq, 12, 4, UINT_LE, 0)                                                           \
	F(M, md_update_action, 16, 1, UINT_LE, 0)

#define CME_STATISTICS_LONG_QTY_ENTRY(F, M)                                                        \
	F(M, md_entry_px, 0, 8, INT_LE, 9)                                                         \
	F(M, md_entry_size, 8, 8, UINT_LE, 0)                                                      \
	F(M, security_id, 16, 4, INT_LE, 0)                                                        \
	F(M, rpt_seq, 20, 4, UINT_LE, 0)                                                           \
	F(M, open_close_settl_flag, 24, 1, UINT_LE, 0)                                             \
	F(M, md_update_action, 25, 1, UINT_LE, 0)                                                  \
	F(M, md_entry_type, 26, 1, ASCII, 0)

#define CME_SNAPSHOT_LONG_QTY_ENTRY(F, M)                                                          \
	F(M, md_entry_px, 0, 8, INT_LE, 9)                                                         \
	F(M, md_entry_size, 8, 8, UINT_LE, 0)                                                      \
	F(M, number_of_orders, 16, 4, INT_LE, 0)                                                   \
	F(M, md_price_level, 20, 1, UINT_LE, 0)                                                    \
	F(M, open_close_settl_flag, 21, 1, UINT_LE, 0)                                             \
	F(M, md_entry_type, 22, 1, ASCII, 0)

/* The messages: of no group, and of some. Their lengths are those of version 13; older and newer ones differ. */
#define CME_PLAIN_MESSAGES(X)                                                                      \
	X(cme, 12, admin_heartbeat, CME_ROOT + 0, CME_HEADER)                                      \
	X(cme, 30, security_status, CME_ROOT + 30, CME_SECURITY_STATUS)

#define CME_GROUP_MESSAGES(X)                                                                      \
	X(cme, 4, channel_reset, CME_ROOT + 9, CME_INCREMENTAL)                                    \
	X(cme, 46, md_incremental_refresh_book, CME_ROOT + 11, CME_INCREMENTAL)                    \
	X(cme, 47, md_incremental_refresh_order_book, CME_ROOT + 11, CME_INCREMENTAL)              \
	X(cme, 48, md_incremental_refresh_trade_summary, CME_ROOT + 11, CME_INCREMENTAL)           \
	X(cme, 52, snapshot_full_refresh, CME_ROOT + 59, CME_SNAPSHOT)                             \
	X(cme, 53, snapshot_full_refresh_order_book, CME_ROOT + 28, CME_SNAPSHOT_ORDER_BOOK)       \
	X(cme, 64, md_incremental_refresh_book_long_qty, CME_ROOT + 11, CME_INCREMENTAL)           \
	X(cme, 65, md_incremental_refresh_trade_summary_long_qty, CME_ROOT + 11, CME_INCREMENTAL)  \
	X(cme, 66, md_incremental_refresh_volume_long_qty, CME_ROOT + 11, CME_INCREMENTAL)         \
	X(cme,                                                                                     \
	  67,                                                                                      \
	  md_incremental_refresh_session_statistics_long_qty,                                      \
	  CME_ROOT + 11,                                                                           \
	  CME_INCREMENTAL)                                                                         \
	X(cme, 68, snapshot_full_refresh_tcp_long_qty, CME_ROOT + 37, CME_SNAPSHOT_TCP)            \
	X(cme, 69, snapshot_full_refresh_long_qty, CME_ROOT + 59, CME_SNAPSHOT)

#define CME_ENTRIES(X)                                                                             \
	X(cme, , channel_reset_entry, 2, CME_CHANNEL_RESET_ENTRY)                                  \
	X(cme, , book_entry, 32, CME_BOOK_ENTRY)                                                   \
	X(cme, , book_order_entry, 24, CME_BOOK_ORDER_ENTRY)                                       \
	X(cme, , order_book_entry, 40, CME_ORDER_BOOK_ENTRY)                                       \
	X(cme, , trade_entry, 32, CME_TRADE_ENTRY)                                                 \
	X(cme, , trade_order_entry, 16, CME_TRADE_ORDER_ENTRY)                                     \
	X(cme, , snapshot_entry, 22, CME_SNAPSHOT_ENTRY)                                           \
	X(cme, , snapshot_order_book_entry, 29, CME_SNAPSHOT_ORDER_BOOK_ENTRY)                     \
	X(cme, , book_long_qty_entry, 32, CME_BOOK_LONG_QTY_ENTRY)                                 \
	X(cme, , trade_long_qty_entry, 40, CME_TRADE_LONG_QTY_ENTRY)                               \
	X(cme, , volume_long_qty_entry, 24, CME_VOLUME_LONG_QTY_ENTRY)                             \
	X(cme, , statistics_long_qty_entry, 32, CME_STATISTICS_LONG_QTY_ENTRY)                     \
	X(cme, , snapshot_long_qty_entry, 23, CME_SNAPSHOT_LONG_QTY_ENTRY)

CME_PLAIN_MESSAGES(LAYOUT_ACCESSORS)
CME_GROUP_MESSAGES(LAYOUT_ACCESSORS)
CME_ENTRIES(LAYOUT_ACCESSORS)

#endif
