// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QString>

#include <variant>

namespace nimbook::ssh::iap {

/// Google's TCP forwarding relay, version 4: one WebSocket message is one frame, all numbers big-endian. Pure functions.
/// Source: what gcloud (iap_tunnel_websocket_utils) and IAP Desktop (SshRelayFormat) read and write.

constexpr qsizetype maxData = 16 * 1024; ///< bytes of one data frame

struct ConnectSuccess { QByteArray sid; };        ///< what a later reconnect names
struct ReconnectSuccess { quint64 received = 0; }; ///< so many of our bytes have arrived, of all that were ever sent
struct Data { QByteArray bytes; };
struct Ack { quint64 received = 0; };
struct LongClose { quint32 code = 0; QString reason; }; ///< a close with more room for words
struct Unknown { quint16 tag = 0; };              ///< of a newer relay; to be passed over
struct Malformed { QString why; };                ///< English
using Frame = std::variant<ConnectSuccess, ReconnectSuccess, Data, Ack, LongClose, Unknown, Malformed>;

/// Bytes behind a frame's end are ignored, as gcloud does. Never fails otherwise than by Malformed.
Frame parse(QByteArrayView message);

QByteArray dataFrame(QByteArrayView bytes); ///< 1 … maxData of them
QByteArray ackFrame(quint64 received);

} // namespace nimbook::ssh::iap
