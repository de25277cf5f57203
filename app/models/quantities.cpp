// SPDX-License-Identifier: Apache-2.0
#include "models/quantities.h"

#include <QCoreApplication>
#include <QLocale>

namespace nimbook::models {

QString byteText(qint64 bytes)
{
    if (bytes < 0)
        return {};
    // One decimal only where it says something: 1.2 GB, but 412 MB.
    double mantissa = double(bytes);
    while (mantissa >= 999.5)
        mantissa /= 1000;
    const int decimals = bytes < 1000 || mantissa >= 9.95 ? 0 : 1;
    return QLocale().formattedDataSize(bytes, decimals, QLocale::DataSizeSIFormat);
}

QString byteRangeText(qint64 done, qint64 total)
{
    if (total < 0)
        return byteText(done);
    return QCoreApplication::translate("quantities", "%1 of %2").arg(byteText(done), byteText(total));
}

QString rateText(double bytesPerSecond)
{
    if (bytesPerSecond < 1)
        return {};
    return QCoreApplication::translate("quantities", "%1/s", "a rate: 96 MB/s").arg(byteText(qint64(bytesPerSecond)));
}

QString durationText(std::chrono::seconds duration)
{
    const qint64 seconds = duration.count();
    if (seconds < 0)
        return {};
    if (seconds < 60)
        return QCoreApplication::translate("quantities", "%1 s").arg(seconds);
    if (seconds < 3600) {
        return seconds % 60 == 0 ? QCoreApplication::translate("quantities", "%1 min").arg(seconds / 60)
                                 : QCoreApplication::translate("quantities", "%1 min %2 s").arg(seconds / 60).arg(seconds % 60);
    }
    return QCoreApplication::translate("quantities", "%1 h %2 min").arg(seconds / 3600).arg(seconds % 3600 / 60);
}

QString agoText(const QDateTime &then, const QDateTime &now)
{
    if (!then.isValid())
        return {};
    const qint64 seconds = then.secsTo(now);
    const QDateTime local = then.toLocalTime();
    if (seconds >= -60 && seconds < 60)
        return QCoreApplication::translate("quantities", "just now");
    if (seconds > 0 && seconds < 3600)
        return QCoreApplication::translate("quantities", "%1 min ago").arg(seconds / 60);
    const qint64 days = local.date().daysTo(now.toLocalTime().date());
    const QString clock = QLocale().toString(local.time(), QLocale::ShortFormat);
    if (days == 0)
        return QCoreApplication::translate("quantities", "today, %1").arg(clock);
    if (days == 1)
        return QCoreApplication::translate("quantities", "yesterday, %1").arg(clock);
    return QLocale().toString(local.date(), QLocale::ShortFormat);
}

} // namespace nimbook::models
