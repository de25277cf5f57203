// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QObject>
#include <QSocketNotifier>

namespace nimbook::cli {

/// Bytes from one descriptor to another, one way, until the first ends. Neither is closed; both are made nonblocking.
class DescriptorPump : public QObject {
    Q_OBJECT
public:
    DescriptorPump(int from, int to, QObject *parent);

Q_SIGNALS:
    void ended(); ///< everything that came was passed on, or nobody takes it

private:
    void onReadable();
    void onWritable();

    int m_from;
    int m_to;
    QByteArray m_bytes; // read, not yet written: then nothing more is read
    QSocketNotifier m_readable;
    QSocketNotifier m_writable;
};

} // namespace nimbook::cli
