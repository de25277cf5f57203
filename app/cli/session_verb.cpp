// SPDX-License-Identifier: Apache-2.0
#include "cli/session_verb.h"

namespace nimbook::cli {

using workspace::MachineSession;

QString SessionVerb::goesOn() const
{
    if (m_ref.name.isEmpty())
        return {};
    return tr("%1 goes on running and costs money: “nimbookctl stop --instance-name %2” ends that.").arg(m_ref.text(), m_ref.name);
}

void SessionVerb::connectTo(Need need, std::function<void()> then)
{
    const auto found = machine();
    if (!found) {
        fail(found.error());
        return;
    }
    m_ref = found->ref;
    m_session = workspace().session(m_ref);
    m_json = {{QStringLiteral("name"), m_ref.name}, {QStringLiteral("zone"), m_ref.zone}, {QStringLiteral("project"), m_ref.project}};
    if (const QString image = arguments().value(QStringLiteral("docker-image")); !image.isEmpty())
        m_session->setContainerImage(image);
    connect(m_session, &MachineSession::logReceived, this, [this](const QString &text) { console().log(text); });
    connect(m_session, &MachineSession::noticed, this, [this](const QString &notice) { console().warn(notice); });
    connect(m_session, &MachineSession::hostKeyQuestion, this, &SessionVerb::askAboutHostKey);
    goOn(need, std::move(then));
}

void SessionVerb::goOn(Need need, std::function<void()> then)
{
    Flow *flow = nullptr;
    switch (need) {
    case Need::Files: flow = m_session->connectFiles(); break;
    case Need::Jupyter: flow = m_session->startJupyter(); break;
    case Need::Notebook: flow = m_session->openNotebook(); break;
    case Need::NewerImage: flow = m_session->updateImage(); break;
    case Need::Lock: flow = m_session->recreate(); break;
    }
    follow(flow, std::move(then));
}

void SessionVerb::follow(Flow *flow, std::function<void()> then)
{
    awaitEnd<Flow>(flow, tr("Connecting to %1").arg(m_ref.text()), [this, then = std::move(then)](Flow &ended) {
        if (ended.state() == State::Succeeded)
            then();
        else if (const auto &change = m_session->refusedHostKey(); change && change->mayBeTrusted())
            onRefusedHostKey(*change, then);
        else
            failAs(ended);
    });
}

void SessionVerb::onRefusedHostKey(const workspace::HostKeyChange &change, std::function<void()> then)
{
    if (arguments().has(QStringLiteral("accept-new-host-key"))) {
        console().warn(change.text() + QLatin1Char('\n') + tr("Google vouches for the new key; it is trusted from now on, as --accept-new-host-key says."));
        // Later: the flow that is ending is still the session's current one.
        QMetaObject::invokeMethod(this, [this, then = std::move(then)] {
            if (isRunning())
                follow(m_session->trustNewHostKey(), then);
        }, Qt::QueuedConnection);
        return;
    }
    fail({ErrorKind::HostKeyMismatch, change.text(), change.advice() + tr(" On the command line: --accept-new-host-key."),
          change.error(workspace().hostKeyFile()).detail, {}});
}

void SessionVerb::askAboutHostKey(const QString &fingerprint)
{
    if (!console().canAsk()) {
        const QPointer<MachineSession> session = m_session;
        failUnanswered(tr("Nothing vouches for the host key of %1: it shows %2.").arg(m_ref.text(), fingerprint),
                       tr("Compare it with the machine's serial port, then connect once from a terminal and accept it there."));
        session->answerHostKey(false);
        return;
    }
    console().ask(tr("Nothing vouches for the host key of %1: it shows\n    %2\nCompare it with the machine's serial port. Is it the machine's? Type yes:")
                      .arg(m_ref.text(), fingerprint),
                  [this](const QString &typed) {
                      if (m_session)
                          m_session->answerHostKey(typed == tr("yes"));
                  });
}

} // namespace nimbook::cli
