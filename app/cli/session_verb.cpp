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
    await<Flow>(flow, tr("Connecting to %1").arg(m_ref.text()), [then = std::move(then)](Flow &) { then(); });
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
