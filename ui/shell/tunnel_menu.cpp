// SPDX-License-Identifier: Apache-2.0
#include "ui/shell/tunnel_menu.h"

#include "ui/common/prompts.h"
#include "workspace/port_forwards.h"

#include <QClipboard>
#include <QDesktopServices>
#include <QGuiApplication>
#include <QPointer>
#include <QRegularExpression>
#include <QUrlQuery>

namespace nimbook::ui {

namespace {

QString phaseWord(ssh::Tunnel::Phase phase)
{
    using Phase = ssh::Tunnel::Phase;
    switch (phase) {
    case Phase::Live: return TunnelMenu::tr("live");
    case Phase::Degraded: return TunnelMenu::tr("nothing answers there");
    case Phase::Waiting: return TunnelMenu::tr("lost, connecting again");
    case Phase::Doubted: return TunnelMenu::tr("lost, asking where the machine is");
    case Phase::Failed: return TunnelMenu::tr("failed");
    case Phase::Closed: return TunnelMenu::tr("closed");
    default: return TunnelMenu::tr("connecting");
    }
}

QString tunnelLine(const QString &name, const ssh::Tunnel &tunnel)
{
    return TunnelMenu::tr("%1 · localhost:%2 → port %3 · %4").arg(name).arg(tunnel.localPort()).arg(tunnel.remotePort()).arg(phaseWord(tunnel.phase()));
}

QString localAddress(const ssh::Tunnel &tunnel)
{
    return QStringLiteral("http://localhost:%1/").arg(tunnel.localPort());
}

void copyText(const QString &text)
{
    QGuiApplication::clipboard()->setText(text);
}

/// "6006 TensorBoard": a port, and a name for it when there is one.
const QRegularExpression &portAndName()
{
    static const QRegularExpression pattern(QStringLiteral("^\\s*(\\d{1,5})(?:\\s+(\\S.*?))?\\s*$"));
    return pattern;
}

QString portProblem(const QString &text)
{
    const auto match = portAndName().match(text);
    const int port = match.captured(1).toInt();
    return match.hasMatch() && port >= 1 && port <= 65535 ? QString() : TunnelMenu::tr("A port from 1 to 65535, and a name behind it if you like: 6006 TensorBoard");
}

} // namespace

TunnelMenu::TunnelMenu(Sessions sessions, Prompts &prompts, QWidget *parent) : QMenu(parent), m_sessions(std::move(sessions)), m_prompts(prompts)
{
    setObjectName(QStringLiteral("tunnelMenu"));
    setToolTipsVisible(true); // they say why something is grey
    connect(this, &QMenu::aboutToShow, this, &TunnelMenu::fill);
}

void TunnelMenu::fill()
{
    clear();
    for (workspace::MachineSession *session : m_sessions()) {
        if (session->tunnel() || !session->forwards().all().empty() || session->isConnected())
            addMachine(*session);
    }
    if (isEmpty())
        addAction(tr("No tunnel is open: opening a notebook opens one"))->setEnabled(false);
}

void TunnelMenu::addMachine(workspace::MachineSession &session)
{
    addSection(session.ref().name);
    if (session.tunnel())
        addNotebookTunnel(session);
    for (const auto &forward : session.forwards().all())
        addForward(session, forward.remotePort);
    const QPointer<workspace::MachineSession> guard(&session);
    auto *inContainer = addAction(tr("Forward a port of the container…"), this, [this, guard] {
        if (guard)
            askForPort(*guard, true);
    });
    inContainer->setObjectName(QStringLiteral("forwardContainerPortAction"));
    const QString noConnection = session.isConnected() ? QString() : tr("There is no connection to %1 at the moment.").arg(session.ref().name);
    inContainer->setToolTip(noConnection);
    inContainer->setEnabled(session.isConnected());
    auto *onMachine = addAction(tr("Forward a port of the machine…"), this, [this, guard] {
        if (guard)
            askForPort(*guard, false);
    });
    onMachine->setObjectName(QStringLiteral("forwardMachinePortAction"));
    onMachine->setToolTip(noConnection);
    onMachine->setEnabled(session.isConnected());
    const QString settings = session.sshConfig();
    auto *config = addAction(tr("Copy settings for ssh"), this, [settings] { copyText(settings); });
    config->setObjectName(QStringLiteral("copySshConfigAction"));
    config->setToolTip(!settings.isEmpty()          ? tr("An entry for ~/.ssh/config that uses Nimbook's key and its pinned host key")
                       : session.connection().route ? tr("Nimbook reaches %1 through Identity-Aware Proxy, a way that ssh alone does not know.").arg(session.ref().name)
                                                    : noConnection);
    config->setEnabled(!settings.isEmpty());
}

/// A browser or a script is to use it: that is when the tunnel answers more than this program.
void TunnelMenu::addUse(QMenu &menu, ssh::Tunnel &tunnel)
{
    const QPointer<ssh::Tunnel> guard(&tunnel);
    auto *let = menu.addAction(tr("Let other programs of mine use it"), &menu, [guard](bool open) {
        if (guard)
            guard->setOpenToPrograms(open);
    });
    let->setObjectName(QStringLiteral("openToProgramsAction"));
    let->setCheckable(true);
    let->setChecked(tunnel.isOpenToPrograms());
    let->setToolTip(tr("Off: only Nimbook's own pages are answered on this port. On: every program you run. Other users of this computer never are."));
    menu.setToolTipsVisible(true);
    menu.addAction(tr("Copy address"), &menu, [guard, address = localAddress(tunnel)] {
        copyText(address);
        if (guard)
            guard->setOpenToPrograms(true);
    })->setObjectName(QStringLiteral("copyAddressAction"));
}

void TunnelMenu::addNotebookTunnel(workspace::MachineSession &session)
{
    ssh::Tunnel &tunnel = *session.tunnel();
    QMenu *menu = addMenu(tunnelLine(tr("Jupyter"), tunnel));
    menu->setObjectName(QStringLiteral("jupyterTunnelMenu"));
    addUse(*menu, tunnel);
    // Only when somebody asks for it: whoever has this link has the notebook.
    const workspace::NotebookAddress notebook = session.notebook();
    auto *withToken = menu->addAction(tr("Copy link with token"), menu, [notebook, open = QPointer<ssh::Tunnel>(&tunnel)] {
        if (open)
            open->setOpenToPrograms(true);
        QUrl url = notebook.url;
        url.setQuery(QUrlQuery{{QStringLiteral("token"), QString::fromLatin1(notebook.token.reveal())}});
        copyText(url.toString());
    });
    withToken->setObjectName(QStringLiteral("copyTokenLinkAction"));
    withToken->setEnabled(!notebook.url.isEmpty());
}

void TunnelMenu::addForward(workspace::MachineSession &session, quint16 remotePort)
{
    const auto *forward = session.forwards().find(remotePort);
    QMenu *menu = addMenu(tunnelLine(forward->name, *forward->tunnel));
    menu->setObjectName(QStringLiteral("forwardMenu"));
    const QString address = localAddress(*forward->tunnel);
    const QPointer<workspace::MachineSession> guard(&session);
    auto *tab = menu->addAction(tr("Open in a tab"), this, [this, guard, remotePort] {
        if (guard)
            Q_EMIT pageWanted(guard, remotePort);
    });
    tab->setObjectName(QStringLiteral("openForwardAction"));
    menu->addAction(tr("Open in the browser"), menu, [address, open = QPointer<ssh::Tunnel>(forward->tunnel.get())] {
        if (open)
            open->setOpenToPrograms(true);
        QDesktopServices::openUrl(QUrl(address));
    });
    addUse(*menu, *forward->tunnel);
    auto *stop = menu->addAction(tr("Stop forwarding"), this, [guard, remotePort] {
        if (guard)
            guard->stopForwarding(remotePort);
    });
    stop->setObjectName(QStringLiteral("stopForwardAction"));
}

void TunnelMenu::askForPort(workspace::MachineSession &session, bool inContainer)
{
    TextQuestion question;
    question.title = tr("Forward a port");
    question.label = inContainer ? tr("A port that a program in the container listens on, on all its addresses (TensorBoard: --bind_all)")
                                 : tr("A port of %1 itself").arg(session.ref().name);
    question.initial = QStringLiteral("6006 TensorBoard");
    question.confirmText = tr("Forward");
    question.problem = portProblem;
    m_prompts.askText(parentWidget(), question, [guard = QPointer(&session), inContainer](const std::optional<QString> &text) {
        if (!guard || !text)
            return;
        const auto match = portAndName().match(*text);
        guard->forwardPort(match.captured(2), quint16(match.captured(1).toUInt()), inContainer);
    });
}

} // namespace nimbook::ui
