// SPDX-License-Identifier: Apache-2.0
#include "jupyter/script_protocol.h"

#include <QRegularExpression>
#include <QStringView>

namespace nimbook::jupyter {

namespace {

/// The first word; \a rest becomes what follows the blank.
QString takeWord(QStringView &rest)
{
    rest = rest.trimmed();
    const qsizetype blank = rest.indexOf(QLatin1Char(' '));
    const QString word = (blank < 0 ? rest : rest.left(blank)).toString();
    rest = blank < 0 ? QStringView() : rest.mid(blank + 1);
    return word;
}

QString lineText(QByteArray bytes)
{
    while (bytes.endsWith('\r'))
        bytes.chop(1);
    const qsizetype redraw = bytes.lastIndexOf('\r');
    return QString::fromUtf8(redraw < 0 ? bytes : bytes.mid(redraw + 1));
}

} // namespace

ScriptLine parseScriptLine(const QString &line)
{
    static const QString prefix = QStringLiteral("nimbook:");
    if (!line.startsWith(prefix))
        return LogLine{line};
    QStringView rest = QStringView(line).mid(prefix.size());
    const QString verb = takeWord(rest);
    const QString first = takeWord(rest);
    if (first.isEmpty())
        return LogLine{line};
    if (verb == QLatin1String("step"))
        return StepLine{first};
    if (verb == QLatin1String("result"))
        return ResultLine{first, rest.toString()};
    if (verb == QLatin1String("error"))
        return ErrorLine{first, rest.trimmed().toString()};
    if (verb == QLatin1String("progress")) {
        const QString total = takeWord(rest);
        bool doneIsNumber = false;
        bool totalIsNumber = false;
        const ProgressLine progress{first.toLongLong(&doneIsNumber), total.toLongLong(&totalIsNumber), rest.trimmed().toString()};
        if (doneIsNumber && totalIsNumber)
            return progress;
    }
    return LogLine{line};
}

QList<QString> LineSplitter::feed(const QByteArray &bytes)
{
    QList<QString> lines;
    m_partial += bytes;
    qsizetype from = 0;
    for (qsizetype end = m_partial.indexOf('\n'); end >= 0; end = m_partial.indexOf('\n', from)) {
        lines += lineText(m_partial.mid(from, end - from));
        from = end + 1;
    }
    m_partial.remove(0, from);
    if (m_partial.size() > longestLine)
        lines += finish();
    return lines;
}

QList<QString> LineSplitter::finish()
{
    if (m_partial.isEmpty())
        return {};
    const QString last = lineText(std::exchange(m_partial, {}));
    return {last};
}

void Redactor::addSecret(const QString &secret)
{
    // A very short one would punch holes into ordinary words.
    if (secret.size() >= 4 && !m_secrets.contains(secret))
        m_secrets += secret;
}

QString Redactor::redacted(QString text) const
{
    for (const QString &secret : m_secrets)
        text.replace(secret, QStringLiteral("[secret]"));
    static const QRegularExpression inAddress(QStringLiteral("(token=)(?!\\.\\.\\.)[^\\s&\"']+"));
    return text.replace(inAddress, QStringLiteral("\\1[secret]"));
}

QByteArray shellQuoted(const QString &text)
{
    return '\'' + text.toUtf8().replace("'", "'\"'\"'") + '\'';
}

} // namespace nimbook::jupyter
