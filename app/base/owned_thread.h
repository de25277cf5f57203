// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QThread>

namespace nimbook {

/// A thread whose owner is visible in the header: it ends, and is waited for, where this object ends.
///
/// Declare it after everything the workers on it write to. Workers must not block for longer than about 100 ms
/// without looking at their stop flag, or the wait is felt in the window.
class OwnedThread {
public:
    explicit OwnedThread(const QString &name)
    {
        m_thread.setObjectName(name);
        m_thread.start();
    }
    ~OwnedThread() { stop(); }
    Q_DISABLE_COPY_MOVE(OwnedThread)

    QThread *get() { return &m_thread; }

    void stop()
    {
        m_thread.quit();
        m_thread.wait();
    }

private:
    QThread m_thread;
};

} // namespace nimbook
