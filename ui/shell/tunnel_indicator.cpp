// SPDX-License-Identifier: Apache-2.0
#include "ui/shell/tunnel_indicator.h"

#include <QClipboard>
#include <QGuiApplication>
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
    connect(this, &QToolButton::clicked, this, [this] {
        if (m_tunnel && m_tunnel->localPort() > 0)
            QGuiApplication::clipboard()->setText(QStringLiteral("localhost:%1").arg(m_tunnel->localPort()));
    });
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
            connect(tunnel, &ssh::Tunnel::trafficChanged, this, &TunnelIndicator::refresh);
            connect(tunnel, &QObject::destroyed, this, &TunnelIndicator::refresh);
        }
    }
    refresh();
}

void TunnelIndicator::refresh()
{
    using State = ssh::Tunnel::State;
    const State state = m_tunnel ? m_tunnel->state() : State::Closed;
    QString word;
    switch (state) {
    case State::Closed: m_mark = Mark::Ring; m_tone = Tone::Idle; word = tr("No tunnel"); break;
    case State::Connecting: m_mark = Mark::HalfDisc; m_tone = Tone::Busy; word = tr("Tunnel connecting…"); break;
    case State::Live: m_mark = Mark::Disc; m_tone = Tone::Good; word = tr("Tunnel live"); break;
    case State::Reconnecting: m_mark = Mark::Triangle; m_tone = Tone::Warning; word = tr("Tunnel lost, connecting again…"); break;
    case State::Failed: m_mark = Mark::Cross; m_tone = Tone::Bad; word = tr("Tunnel failed"); break;
    }
    const bool listens = m_tunnel && m_tunnel->localPort() > 0;
    const QString text = listens ? word + QStringLiteral(" · localhost:%1").arg(m_tunnel->localPort()) : word;
    if (text != this->text()) {
        setText(text);
        setAccessibleName(text);
        updateGeometry();
    }
    if (listens) {
        const QLocale locale;
        setToolTip(tr("%1 from the machine, %2 to it. Press to copy the address.")
                       .arg(locale.formattedDataSize(m_tunnel->bytesIn(), 1, QLocale::DataSizeSIFormat),
                            locale.formattedDataSize(m_tunnel->bytesOut(), 1, QLocale::DataSizeSIFormat)));
    } else {
        setToolTip(state == State::Failed ? m_tunnel->error().message : tr("Opening a notebook opens the tunnel to its machine."));
    }
    setEnabled(state != State::Closed);
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
    painter.drawComplexControl(QStyle::CC_ToolButton, option);
    const double side = fontMetrics().height() * 0.72;
    paintMark(&painter, QRectF(grid, (height() - side) / 2, side, side), m_mark, toneColor(m_tone, palette()));
    painter.setPen(isEnabled() ? palette().color(QPalette::WindowText) : mutedText(palette()));
    painter.drawText(rect().adjusted(grid * 2 + int(side), 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft, text());
}

} // namespace nimbook::ui
