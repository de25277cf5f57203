// SPDX-License-Identifier: Apache-2.0
#include "sandbox/api/faults.h"

#include <QJsonObject>
#include <QRegularExpression>

namespace nimbook::sandbox {

namespace {

const QStringList plainFaults{QStringLiteral("forbidden"), QStringLiteral("unauthorized"), QStringLiteral("rate-limit"),
                              QStringLiteral("unavailable"), QStringLiteral("expire-tokens"), QStringLiteral("lost-answer"), QStringLiteral("left-disk"),
                              QStringLiteral("relay-drop")};
const QStringList valuedFaults{QStringLiteral("stock-out"), QStringLiteral("quota"), QStringLiteral("slow-operations"),
                               QStringLiteral("unreachable-zone"), QStringLiteral("no-ssh"), QStringLiteral("disabled-api"),
                               QStringLiteral("missing-permission"), QStringLiteral("relay-refuse"), QStringLiteral("relay-close")};

} // namespace

std::optional<Fault> Fault::parse(const QString &spec)
{
    static const QRegularExpression grammar(QStringLiteral("\\A([a-z-]+)(?:=([^@:]+))?(?:@([A-Za-z.]+))?(?::([0-9]+))?\\z"));
    const auto match = grammar.match(spec);
    if (!match.hasMatch())
        return {};
    Fault fault{match.captured(1), match.captured(2), match.captured(3), -1};
    if (!match.captured(4).isEmpty())
        fault.remaining = match.captured(4).toInt();
    if (fault.name == QLatin1String("lost-answer") && !fault.value.isEmpty()) {
        fault.remaining = fault.value.toInt();
        fault.value.clear();
    }
    const bool good = (plainFaults.contains(fault.name) && fault.value.isEmpty())
        || (valuedFaults.contains(fault.name) && !fault.value.isEmpty());
    return good && fault.remaining != 0 ? std::optional(fault) : std::nullopt;
}

QString Fault::spec() const
{
    QString text = name;
    if (!value.isEmpty())
        text += QLatin1Char('=') + value;
    if (!method.isEmpty())
        text += QLatin1Char('@') + method;
    if (remaining >= 0)
        text += QLatin1Char(':') + QString::number(remaining);
    return text;
}

bool FaultBook::add(const QString &spec, QString *why)
{
    const std::optional<Fault> fault = Fault::parse(spec);
    if (!fault) {
        *why = QStringLiteral("'%1' is no fault; NAME[=VALUE][@METHOD][:COUNT] with one of: %2")
                   .arg(spec, (plainFaults + valuedFaults).join(QLatin1String(", ")));
        return false;
    }
    m_faults.append(*fault);
    return true;
}

QJsonArray FaultBook::list() const
{
    QJsonArray out;
    for (const Fault &fault : m_faults)
        out.append(QJsonObject{{QStringLiteral("spec"), fault.spec()}});
    return out;
}

void FaultBook::spend(qsizetype index)
{
    if (m_faults.at(index).remaining > 0 && --m_faults[index].remaining == 0)
        m_faults.removeAt(index);
}

bool FaultBook::take(const QString &name, const QString &method)
{
    for (qsizetype i = 0; i < m_faults.size(); ++i) {
        if (m_faults.at(i).name == name && method.endsWith(m_faults.at(i).method)) {
            spend(i);
            return true;
        }
    }
    return false;
}

bool FaultBook::isStockedOut(const QString &zone, const QString &method)
{
    for (qsizetype i = 0; i < m_faults.size(); ++i) {
        const Fault &fault = m_faults.at(i);
        if (fault.name == QLatin1String("stock-out") && fault.value.split(QLatin1Char(',')).contains(zone)
            && method.endsWith(fault.method)) {
            spend(i);
            return true;
        }
    }
    return false;
}

std::optional<QString> FaultBook::takeQuota(const QString &method)
{
    for (qsizetype i = 0; i < m_faults.size(); ++i) {
        if (m_faults.at(i).name == QLatin1String("quota") && method.endsWith(m_faults.at(i).method)) {
            const QString metric = m_faults.at(i).value;
            spend(i);
            return metric;
        }
    }
    return {};
}

void FaultBook::removeValue(const QString &name, const QString &value)
{
    m_faults.removeIf([&](const Fault &fault) { return fault.name == name && fault.value == value; });
}

QStringList FaultBook::valuesOf(const QString &name) const
{
    QStringList out;
    for (const Fault &fault : m_faults) {
        if (fault.name == name)
            out += fault.value.split(QLatin1Char(','));
    }
    return out;
}

} // namespace nimbook::sandbox
