// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/flow.h"

#include <QMap>
#include <QString>

namespace nimbook::workspace {

/// How long each step of a flow usually takes, learnt from earlier runs: the median of the last five, kept in
/// Directories::state + "/step-times.json".
class StepTimes {
public:
    explicit StepTimes(QString file);

    std::chrono::milliseconds usual(const QString &key) const; ///< 0: not known yet
    void learn(const QString &key, std::chrono::milliseconds took);

    /// Tells \a flow what is usual and learns from the steps that end Done. \a kind keeps different ways apart: "connect/gpu".
    /// The flow must not outlive this object.
    void follow(Flow &flow, const QString &kind);

private:
    void save() const;

    QString m_file;
    QMap<QString, QList<qint64>> m_times; ///< milliseconds, the latest last
};

} // namespace nimbook::workspace
