// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDateTime>
#include <QString>

#include <chrono>

namespace nimbook::models {

// Numbers as people read them: a unit on each, no more digits than mean something, in the language of the desktop.

QString byteText(qint64 bytes);          ///< "412 MB", "1.2 GB": powers of 1000, as disks and Google count; "" when negative
QString byteRangeText(qint64 done, qint64 total); ///< "412 MB of 1.2 GB"; only the first while the total is unknown
QString rateText(double bytesPerSecond); ///< "96 MB/s"; "" when nothing moves
QString durationText(std::chrono::seconds duration); ///< "8 s", "1 min 30 s", "2 h 5 min"; "" when negative

/// "just now", "5 min ago", "yesterday", then the date. \param now both in any time zone
QString agoText(const QDateTime &then, const QDateTime &now);

} // namespace nimbook::models
