// SPDX-License-Identifier: Apache-2.0
#include "ui/shell/tunnel_indicator.h"

#include <QLocale>
#include <QPainter>
#include <QStyleOptionToolButton>
#include <QStylePainter>

namespace nimbook::ui {

TunnelIndicator::TunnelIndicator(QWidget *parent) : QToolButton(parent)
{
    setObjectName(QStringLiteral("tunnelButton"));
    setAutoRaise(true);
    setFocusPolicy(Qt::StrongFocus);
    setPopupMode(QToolButton::InstantPopup);
    m_countdown.setInterval(500);
    connect(&m_countdown, &QTimer::timeout, this, &TunnelIndicator::refresh);
    refresh();
}

void TunnelIndicator::setTunnel(ssh::Tunnel *tunnel)
{
    if (m_tunnel != tunnel) {
        if (m_tunnel)
            m_tunnel->disconnect(this);
        m_tunnel = tunnel;
        if (tunnel) {
            connect(tunnel, &ssh::Tunnel::stateChanged, this, &TunnelIndicator::refresh);
            connect(tunnel, &ssh::Tunnel::phaseChanged, this, &TunnelIndicator::refresh);
            connect(tunnel, &ssh::Tunnel::trafficChanged, this, &TunnelIndicator::refresh);
            connect(tunnel, &QObject::destroyed, this, &TunnelIndicator::refresh);
        }
    }
    refresh();
}

void TunnelIndicator::setForwardCount(int count)
{
    m_forwards = count;
    refresh();
}

void TunnelIndicator::refresh()
{
    using Phase = ssh::Tunnel::Phase;
    const Phase phase = m_tunnel ? m_tunnel->phase() : Phase::Closed;
    // What goes on inside a first or a new connection; a page that waits is the same to look at in all of them.
    m_mark = Mark::HalfDisc;
    m_tone = m_tunnel && m_tunnel->state() == ssh::Tunnel::State::Reconnecting ? Tone::Warning : Tone::Busy;
    QString word;
    switch (phase) {
    case Phase::Closed:
        m_mark = Mark::Ring;
        m_tone = Tone::Idle;
        word = m_forwards == 0 ? tr("No tunnel") : m_forwards == 1 ? tr("1 forwarded port") : tr("%1 forwarded ports").arg(m_forwards);
        break;
    case Phase::Resolving: word = tr("Tunnel: reaching the machine…"); break;
    case Phase::Authenticating: word = tr("Tunnel: host key and login…"); break;
    case Phase::Forwarding: word = tr("Tunnel: opening the port…"); break;
    case Phase::Probing: word = tr("Tunnel: asking Jupyter…"); break;
    case Phase::Live:
        m_mark = Mark::Disc;
        m_tone = Tone::Good;
        word = m_tunnel->answerTime().count() > 0 ? tr("Tunnel live %1 ms").arg(m_tunnel->answerTime().count()) : tr("Tunnel live");
        break;
    case Phase::Degraded: m_mark = Mark::Triangle; m_tone = Tone::Warning; word = tr("Tunnel live, Jupyter does not answer"); break;
    case Phase::Waiting: {
        m_mark = Mark::Triangle;
        m_tone = Tone::Warning;
        const auto seconds = (m_tunnel->retryIn().count() + 999) / 1000;
        word = seconds > 0 ? tr("Tunnel lost, next try in %1 s").arg(seconds) : tr("Tunnel lost, connecting again…");
        break;
    }
    case Phase::Doubted: m_mark = Mark::Triangle; m_tone = Tone::Warning; word = tr("Tunnel lost, asking where the machine is…"); break;
    case Phase::Failed: m_mark = Mark::Cross; m_tone = Tone::Bad; word = tr("Tunnel failed"); break;
    }
    if (phase == Phase::Waiting)
        m_countdown.start();
    else
        m_countdown.stop();
    const bool listens = m_tunnel && m_tunnel->localPort() > 0;
    const QString text = listens ? word + QStringLiteral(" · localhost:%1").arg(m_tunnel->localPort()) : word;
    if (text != this->text()) {
        setText(text);
        setAccessibleName(text);
        updateGeometry();
    }
    if (listens) {
        const QLocale locale;
        const QString problem = m_tunnel->error().message;
        setToolTip((problem.isEmpty() || phase == Phase::Live ? QString() : problem + u'\n') + tr("%1 from the machine, %2 to it. Press for all tunnels.")
                       .arg(locale.formattedDataSize(m_tunnel->bytesIn(), 1, QLocale::DataSizeSIFormat),
                            locale.formattedDataSize(m_tunnel->bytesOut(), 1, QLocale::DataSizeSIFormat)));
    } else {
        setToolTip(phase == Phase::Failed ? m_tunnel->error().message
                       : m_forwards > 0   ? tr("Press for all tunnels.")
                                          : tr("Opening a notebook opens the tunnel to its machine."));
    }
    setEnabled(phase != Phase::Closed || m_forwards > 0);
    update();
}

QSize TunnelIndicator::sizeHint() const
{
    return {fontMetrics().horizontalAdvance(text()) + fontMetrics().height() + grid * 3, fontMetrics().height() + grid};
}

void TunnelIndicator::paintEvent(QPaintEvent *)
{
    QStylePainter painter(this);
    QStyleOptionToolButton option;
    initStyleOption(&option);
    option.text.clear();
    option.features &= ~QStyleOptionToolButton::HasMenu; // its arrow would stand on the last digit
    painter.drawComplexControl(QStyle::CC_ToolButton, option);
    const double side = fontMetrics().height() * 0.72;
    paintMark(&painter, QRectF(grid, (height() - side) / 2, side, side), m_mark, toneColor(m_tone, palette()));
    painter.setPen(isEnabled() ? palette().color(QPalette::WindowText) : mutedText(palette()));
    painter.drawText(rect().adjusted(grid * 2 + int(side), 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft, text());
}

} // namespace nimbook::ui
