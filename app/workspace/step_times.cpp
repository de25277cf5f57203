// SPDX-License-Identifier: Apache-2.0
#include "workspace/step_times.h"

#include "base/logging.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QSaveFile>
#include <QSet>

#include <algorithm>
#include <memory>

namespace nimbook::workspace {

namespace {

constexpr qsizetype remembered = 5;

/// The second attempt is the same kind of work as the first: "create2" → "create".
QString timesKey(const QString &kind, QString id)
{
    static const QRegularExpression number(QStringLiteral("[0-9]+$"));
    return kind + QLatin1Char('/') + id.remove(number);
}

} // namespace

StepTimes::StepTimes(QString file) : m_file(std::move(file))
{
    QFile stored(m_file);
    if (!stored.open(QIODevice::ReadOnly))
        return;
    const QJsonObject root = QJsonDocument::fromJson(stored.readAll()).object();
    for (auto it = root.begin(); it != root.end(); ++it) {
        QList<qint64> times;
        const QJsonArray list = it.value().toArray();
        for (const QJsonValue &time : list)
            times.append(time.toInteger());
        m_times.insert(it.key(), times.mid(std::max<qsizetype>(0, times.size() - remembered)));
    }
}

std::chrono::milliseconds StepTimes::usual(const QString &key) const
{
    QList<qint64> times = m_times.value(key);
    if (times.isEmpty())
        return {};
    std::sort(times.begin(), times.end());
    return std::chrono::milliseconds(times.at(times.size() / 2));
}

void StepTimes::learn(const QString &key, std::chrono::milliseconds took)
{
    QList<qint64> &times = m_times[key];
    times.append(took.count());
    if (times.size() > remembered)
        times.removeFirst();
    save();
}

void StepTimes::follow(Flow &flow, const QString &kind)
{
    flow.setUsualDurations([this, kind](const QString &id) { return usual(timesKey(kind, id)); });
    QObject::connect(&flow, &Flow::stepChanged, &flow, [this, kind, &flow, learnt = std::make_shared<QSet<QString>>()](int index) {
        const Step &step = flow.steps().at(index);
        if (step.state != Step::State::Done || learnt->contains(step.id))
            return;
        learnt->insert(step.id);
        learn(timesKey(kind, step.id), step.elapsed);
    });
}

void StepTimes::save() const
{
    QJsonObject root;
    for (auto it = m_times.begin(); it != m_times.end(); ++it) {
        QJsonArray list;
        for (const qint64 time : it.value())
            list.append(time);
        root.insert(it.key(), list);
    }
    QDir().mkpath(QFileInfo(m_file).path());
    QSaveFile file(m_file);
    const bool written = file.open(QIODevice::WriteOnly) && file.write(QJsonDocument(root).toJson(QJsonDocument::Compact)) > 0 && file.commit();
    if (!written)
        qCInfo(lcWorkspace) << "cannot keep the steps' durations:" << file.errorString();
}

} // namespace nimbook::workspace
