// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QSocketNotifier>

#include <memory>

namespace nimbook::sandbox {

/// SIGTERM, SIGINT and the end of another process, as signals of the event loop.
class ProcessWatch : public QObject {
    Q_OBJECT
public:
    ProcessWatch();
    ~ProcessWatch() override;

    bool watchProcess(qint64 pid); ///< false: there is none

Q_SIGNALS:
    void terminationAsked();
    void parentEnded();

private:
    int m_signalFd = -1;
    int m_processFd = -1;
    std::unique_ptr<QSocketNotifier> m_signalNotifier;
    std::unique_ptr<QSocketNotifier> m_processNotifier;
};

} // namespace nimbook::sandbox
