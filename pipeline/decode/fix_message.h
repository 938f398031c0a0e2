/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The messages of FIX 4.2 and 4.4, session and application. Source: FIX 4.2 (Errata 20010501) and 4.4 (Errata 20030618),
 * volumes 1 to 5.
 *
 * A message's parts are its fields in wire order, from BeginString to CheckSum. Which fields a message has to have is not
 * looked at: that is between the two engines.
 */
#ifndef PIPELINE_DECODE_FIX_MESSAGE_H
#define PIPELINE_DECODE_FIX_MESSAGE_H

#include "pipeline/decode/message.h"

/* X(MsgType: first character, second one or 0, name in 4.4) */
#define FIX_MESSAGES(X)                                                                            \
	X('0', 0, Heartbeat)                                                                       \
	X('1', 0, TestRequest)                                                                     \
	X('2', 0, ResendRequest)                                                                   \
	X('3', 0, Reject)                                                                          \
	X('4', 0, SequenceReset)                                                                   \
	X('5', 0, Logout)                                                                          \
	X('6', 0, IOI)                                                                             \
	X('7', 0, Advertisement)                                                                   \
	X('8', 0, ExecutionReport)                                                                 \
	X('9', 0, OrderCancelReject)                                                               \
	X('A', 0, Logon)                                                                           \
	X('B', 0, News)                                                                            \
	X('C', 0, Email)                                                                           \
	X('D', 0, NewOrderSingle)                                                                  \
	X('E', 0, NewOrderList)                                                                    \
	X('F', 0, OrderCancelRequest)                                                              \
	X('G', 0, OrderCancelReplaceRequest)                                                       \
	X('H', 0, OrderStatusRequest)                                                              \
	X('J', 0, AllocationInstruction)                                                           \
	X('K', 0, ListCancelRequest)                                                               \
	X('L', 0, ListExecute)                                                                     \
	X('M', 0, ListStatusRequest)                                                               \
	X('N', 0, ListStatus)                                                                      \
	X('P', 0, AllocationInstructionAck)                                                        \
	X('Q', 0, DontKnowTrade)                                                                   \
	X('R', 0, QuoteRequest)                                                                    \
	X('S', 0, Quote)                                                                           \
	X('T', 0, SettlementInstructions)                                                          \
	X('V', 0, MarketDataRequest)                                                               \
	X('W', 0, MarketDataSnapshotFullRefresh)                                                   \
	X('X', 0, MarketDataIncrementalRefresh)                                                    \
	X('Y', 0, MarketDataRequestReject)                                                         \
	X('Z', 0, QuoteCancel)                                                                     \
	X('a', 0, QuoteStatusRequest)                                                              \
	X('b', 0, MassQuoteAcknowledgement)                                                        \
	X('c', 0, SecurityDefinitionRequest)                                                       \
	X('d', 0, SecurityDefinition)                                                              \
	X('e', 0, SecurityStatusRequest)                                                           \
	X('f', 0, SecurityStatus)                                                                  \
	X('g', 0, TradingSessionStatusRequest)                                                     \
	X('h', 0, TradingSessionStatus)                                                            \
	X('i', 0, MassQuote)                                                                       \
	X('j', 0, BusinessMessageReject)                                                           \
	X('k', 0, BidRequest)                                                                      \
	X('l', 0, BidResponse)                                                                     \
	X('m', 0, ListStrikePrice)                                                                 \
	X('n', 0, XMLnonFIX)                                                                       \
	X('o', 0, RegistrationInstructions)                                                        \
	X('p', 0, RegistrationInstructionsResponse)                                                \
	X('q', 0, OrderMassCancelRequest)                                                          \
	X('r', 0, OrderMassCancelReport)                                                           \
	X('s', 0, NewOrderCross)                                                                   \
	X('t', 0, CrossOrderCancelReplaceRequest)                                                  \
	X('u', 0, CrossOrderCancelRequest)                                                         \
	X('v', 0, SecurityTypeRequest)                                                             \
	X('w', 0, SecurityTypes)                                                                   \
	X('x', 0, SecurityListRequest)                                                             \
	X('y', 0, SecurityList)                                                                    \
	X('z', 0, DerivativeSecurityListRequest)                                                   \
	X('A', 'A', DerivativeSecurityList)                                                        \
	X('A', 'B', NewOrderMultileg)                                                              \
	X('A', 'C', MultilegOrderCancelReplace)                                                    \
	X('A', 'D', TradeCaptureReportRequest)                                                     \
	X('A', 'E', TradeCaptureReport)                                                            \
	X('A', 'F', OrderMassStatusRequest)                                                        \
	X('A', 'G', QuoteRequestReject)                                                            \
	X('A', 'H', RFQRequest)                                                                    \
	X('A', 'I', QuoteStatusReport)                                                             \
	X('A', 'J', QuoteResponse)                                                                 \
	X('A', 'K', Confirmation)                                                                  \
	X('A', 'L', PositionMaintenanceRequest)                                                    \
	X('A', 'M', PositionMaintenanceReport)                                                     \
	X('A', 'N', RequestForPositions)                                                           \
	X('A', 'O', RequestForPositionsAck)                                                        \
	X('A', 'P', PositionReport)                                                                \
	X('A', 'Q', TradeCaptureReportRequestAck)                                                  \
	X('A', 'R', TradeCaptureReportAck)                                                         \
	X('A', 'S', AllocationReport)                                                              \
	X('A', 'T', AllocationReportAck)                                                           \
	X('A', 'U', ConfirmationAck)                                                               \
	X('A', 'V', SettlementInstructionRequest)                                                  \
	X('A', 'W', AssignmentReport)                                                              \
	X('A', 'X', CollateralRequest)                                                             \
	X('A', 'Y', CollateralAssignment)                                                          \
	X('A', 'Z', CollateralResponse)                                                            \
	X('B', 'A', CollateralReport)                                                              \
	X('B', 'B', CollateralInquiry)                                                             \
	X('B', 'C', NetworkCounterpartySystemStatusRequest)                                        \
	X('B', 'D', NetworkCounterpartySystemStatusResponse)                                       \
	X('B', 'E', UserRequest)                                                                   \
	X('B', 'F', UserResponse)                                                                  \
	X('B', 'G', CollateralInquiryAck)                                                          \
	X('B', 'H', ConfirmationRequest)

/* Rows of fix_protocol.layouts, `type` of the layouts. */
enum fix_message {
#define FIX_MESSAGE_ENUM(first, second, name) FIX_MESSAGE_##name,
	FIX_MESSAGES(FIX_MESSAGE_ENUM)
#undef FIX_MESSAGE_ENUM
		FIX_MESSAGE_COUNT
};

extern const struct message_protocol fix_protocol;

#endif
