// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ssh/tunnel.h"
#include "ui/common/look.h"

#include <QPointer>
#include <QTimer>
#include <QToolButton>

namespace nimbook::ui {

/// The tunnel of the machine one looks at: a shape, a word, and where it listens. Pressing it shows the menu of all tunnels, also when there
/// are only forwarded ports.
class TunnelIndicator : public QToolButton {
    Q_OBJECT
public:
    explicit TunnelIndicator(QWidget *parent = nullptr);

    void setTunnel(ssh::Tunnel *tunnel); ///< null: no tunnel
    void setForwardCount(int count);     ///< ports of all machines that are forwarded

    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void refresh();

    QPointer<ssh::Tunnel> m_tunnel;
    int m_forwards = 0;
    QTimer m_countdown;
    Mark m_mark = Mark::Ring;
    Tone m_tone = Tone::Idle;
};

} // namespace nimbook::ui
