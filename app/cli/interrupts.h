// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QSocketNotifier>

namespace nimbook::cli {

/// Ctrl+C, SIGTERM and SIGHUP as a signal of the event loop; the second one ends the program on the spot. One object a program.
class Interrupts : public QObject {
    Q_OBJECT
public:
    explicit Interrupts(QObject *parent = nullptr);
    ~Interrupts() override;

Q_SIGNALS:
    void asked();

private:
    QSocketNotifier m_notifier;
};

} // namespace nimbook::cli
