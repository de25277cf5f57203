// SPDX-License-Identifier: Apache-2.0
#include "workspace/setup_progress.h"

#include <QCoreApplication>
#include <QLocale>
#include <QRegularExpression>

namespace nimbook::workspace {

namespace {

QString setupText(const char *text)
{
    return QCoreApplication::translate("nimbook::workspace::setup", text);
}

} // namespace

SetupProgress SetupProgress::fromGuestAttributes(const QMap<QString, QString> &attributes)
{
    const auto value = [&attributes](const char *key) { return attributes.value(QStringLiteral("nimbook/") + QLatin1String(key)).trimmed(); };
    SetupProgress progress{value("state"), value("step"), value("error"), {}};
    const QStringList words = value("steps").split(QLatin1Char(' '), Qt::SkipEmptyParts);
    for (const QString &word : words) {
        bool ok = false;
        const qint64 began = word.section(QLatin1Char(':'), 1).toLongLong(&ok);
        if (ok)
            progress.entries.append({word.section(QLatin1Char(':'), 0, 0), began});
    }
    return progress;
}

QMap<QString, std::chrono::milliseconds> SetupProgress::durations() const
{
    QMap<QString, std::chrono::milliseconds> all;
    for (qsizetype i = 0; i + 1 < entries.size(); ++i) {
        // The clock of a machine may be set while it boots: a step that ends before it began says nothing.
        if (entries.at(i + 1).began >= entries.at(i).began)
            all.insert(entries.at(i).step, std::chrono::seconds(entries.at(i + 1).began - entries.at(i).began));
    }
    return all;
}

QString setupStepTitle(const QString &step)
{
    if (step == QLatin1String("folders"))
        return setupText(QT_TRANSLATE_NOOP("nimbook::workspace::setup", "Make the folder /src"));
    if (step == QLatin1String("tools"))
        return setupText(QT_TRANSLATE_NOOP("nimbook::workspace::setup", "Install tools"));
    if (step == QLatin1String("docker"))
        return setupText(QT_TRANSLATE_NOOP("nimbook::workspace::setup", "Install Docker"));
    if (step == QLatin1String("driver"))
        return setupText(QT_TRANSLATE_NOOP("nimbook::workspace::setup", "Install the NVIDIA driver"));
    if (step == QLatin1String("toolkit"))
        return setupText(QT_TRANSLATE_NOOP("nimbook::workspace::setup", "Install NVIDIA's container toolkit"));
    if (step == QLatin1String("gate"))
        return setupText(QT_TRANSLATE_NOOP("nimbook::workspace::setup", "See the GPU in a container"));
    return step;
}

QStringList SerialReader::read(const cloud::SerialOutput &piece)
{
    QStringList lines;
    if (piece.start > m_next && m_next > 0) {
        m_rest.clear();
        lines.append(QCoreApplication::translate("nimbook::workspace::setup", "… %1 of the serial port's output are lost …")
                         .arg(QLocale().formattedDataSize(piece.start - m_next)));
    }
    m_next = std::max(piece.next, m_next);
    QByteArrayList raw = (m_rest + piece.contents).split('\n');
    m_rest = raw.takeLast();
    for (QByteArray &line : raw) {
        while (line.endsWith('\r'))
            line.chop(1);
        lines.append(QString::fromUtf8(line));
    }
    return lines;
}

QString SerialReader::scriptLine(const QString &line)
{
    static const QRegularExpression older(QStringLiteral("google_metadata_script_runner(?:\\[\\d+\\])?: startup-script(?:-url)?: ?(.*)$"));
    static const QRegularExpression newer(QStringLiteral("Metadata key\\(\"startup-script(?:-url)?\"\\), command\\(\"[^\"]*\"\\): ?(.*)$"));
    for (const QRegularExpression &wording : {older, newer}) {
        if (const auto match = wording.match(line); match.hasMatch())
            return match.captured(1).isNull() ? QStringLiteral("") : match.captured(1);
    }
    return {};
}

} // namespace nimbook::workspace
