// SPDX-License-Identifier: Apache-2.0
#include "models/quantities.h"

#include <QCoreApplication>
#include <QLocale>

namespace nimbook::models {

QString byteText(qint64 bytes)
{
    if (bytes < 0)
        return {};
    if (bytes < 1000)
        return bytes == 1 ? QCoreApplication::translate("quantities", "1 byte") : QCoreApplication::translate("quantities", "%1 bytes").arg(bytes);
    static const char *const units[] = {QT_TRANSLATE_NOOP("quantities", "%1 kB"), QT_TRANSLATE_NOOP("quantities", "%1 MB"), QT_TRANSLATE_NOOP("quantities", "%1 GB"),
                                        QT_TRANSLATE_NOOP("quantities", "%1 TB"), QT_TRANSLATE_NOOP("quantities", "%1 PB"), QT_TRANSLATE_NOOP("quantities", "%1 EB")};
    double mantissa = double(bytes) / 1000;
    int unit = 0;
    for (; mantissa >= 999.5; mantissa /= 1000) // what would be rounded to 1000 is one of the next unit
        ++unit;
    // One decimal only where it says something: 1.2 GB, but 412 MB.
    return QCoreApplication::translate("quantities", units[unit]).arg(QLocale().toString(mantissa, 'f', mantissa >= 9.95 ? 0 : 1));
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
