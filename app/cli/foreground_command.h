// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"

#include <QMap>
#include <QProcess>

namespace nimbook::cli {

/// A program that has the terminal while it runs: its streams are ours.
class ForegroundCommand : public QObject {
    Q_OBJECT
public:
    explicit ForegroundCommand(QObject *parent = nullptr);
    ~ForegroundCommand() override; ///< it does not outlive us

    void start(const QStringList &commandLine, const QMap<QString, QString> &environment = {});
    bool isRunning() const { return m_process.state() != QProcess::NotRunning; }
    void terminate() { m_process.terminate(); }

Q_SIGNALS:
    void ended(int status); ///< its own; 128 + the number of the signal that ended it, as shells count
    void failed(const nimbook::Error &error); ///< it could not be started

private:
    QProcess m_process;
};

} // namespace nimbook::cli
