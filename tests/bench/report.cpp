// SPDX-License-Identifier: Apache-2.0
#include "bench/report.h"

#include <QJsonDocument>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace nimbook::bench {

double median(std::vector<double> values)
{
    if (values.empty())
        return 0;
    std::sort(values.begin(), values.end());
    const size_t middle = values.size() / 2;
    return values.size() % 2 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

double percentile(std::vector<double> values, double percent)
{
    if (values.empty())
        return 0;
    std::sort(values.begin(), values.end());
    const auto rank = size_t(std::ceil(percent / 100 * double(values.size())));
    return values[std::clamp<size_t>(rank, 1, values.size()) - 1];
}

QString number(double value)
{
    const double size = std::abs(value);
    return QString::number(value, 'f', size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 ? 2 : 3);
}

QString sizeText(qint64 bytes)
{
    if (bytes >= 1 << 30 && bytes % (1 << 30) == 0)
        return QStringLiteral("%1 GiB").arg(bytes >> 30);
    return QStringLiteral("%1 MiB").arg(bytes >> 20);
}

void Report::print(const QString &line)
{
    if (m_json)
        return;
    std::fputs(qPrintable(line + QLatin1Char('\n')), stdout);
    std::fflush(stdout);
}

void Report::heading(const QString &text)
{
    m_heading = text;
    print(QLatin1Char('\n') + text);
}

void Report::table(const QStringList &headers, const QList<QStringList> &rows)
{
    QList<qsizetype> widths;
    for (const QStringList &row : QList<QStringList>{headers} + rows) {
        for (qsizetype i = 0; i < row.size(); ++i) {
            if (widths.size() <= i)
                widths << 0;
            widths[i] = std::max(widths[i], row[i].size());
        }
    }
    for (const QStringList &row : QList<QStringList>{headers} + rows) {
        QString line;
        for (qsizetype i = 0; i < row.size(); ++i)
            line += QStringLiteral("  ") + (i == 0 ? row[i].leftJustified(widths[i]) : row[i].rightJustified(widths[i]));
        print(line);
    }
}

void Report::note(const QString &text)
{
    m_notes.append(QJsonObject{{QStringLiteral("part"), m_heading}, {QStringLiteral("note"), text}});
    print(QStringLiteral("  (%1)").arg(text));
}

void Report::progress(const QString &text)
{
    std::fputs(qPrintable(QStringLiteral("  … ") + text + QLatin1Char('\n')), stderr);
}

void Report::figure(QJsonObject values)
{
    values.insert(QStringLiteral("part"), m_heading);
    m_figures.append(values);
}

void Report::target(const QString &what, double value, double goal, bool upTo)
{
    const bool met = upTo ? value <= goal : value >= goal;
    m_targets.append(QJsonObject{{QStringLiteral("what"), what}, {QStringLiteral("value"), value}, {QStringLiteral("goal"), goal},
                                 {QStringLiteral("smallerIsBetter"), upTo}, {QStringLiteral("met"), met}});
    m_targetRows << QStringList{what, number(value), (upTo ? QStringLiteral("at most ") : QStringLiteral("at least ")) + number(goal),
                                met ? QStringLiteral("met") : QStringLiteral("missed")};
}

void Report::fail(const QString &text)
{
    m_failed = true;
    note(QStringLiteral("WRONG: ") + text);
    if (m_json)
        std::fputs(qPrintable(text + QLatin1Char('\n')), stderr);
}

void Report::finish()
{
    if (!m_targetRows.isEmpty()) {
        heading(QStringLiteral("Goals"));
        table({QStringLiteral("what"), QStringLiteral("measured"), QStringLiteral("goal"), QString()}, m_targetRows);
    }
    if (!m_json)
        return;
    const QJsonObject all{{QStringLiteral("figures"), m_figures}, {QStringLiteral("targets"), m_targets}, {QStringLiteral("notes"), m_notes}};
    std::fputs(QJsonDocument(all).toJson().constData(), stdout);
}

} // namespace nimbook::bench
