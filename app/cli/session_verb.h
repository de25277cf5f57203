// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/verb.h"

namespace nimbook::cli {

/// A verb that works on a machine over SSH: it gets the machine that far, and asks about a host key that nothing vouches for.
class SessionVerb : public Verb {
    Q_OBJECT
public:
    using Verb::Verb;

    QJsonValue json() const override { return m_json; }
    QString goesOn() const override;

protected:
    enum class Need { Files, Jupyter, Notebook, NewerImage, Lock };
    void connectTo(Need need, std::function<void()> then);
    /// The same once more on the session that is there.
    void goOn(Need need, std::function<void()> then);
    workspace::MachineSession *session() const { return m_session; }
    cloud::InstanceRef ref() const { return m_ref; }
    void setJson(const QJsonObject &json) { m_json = json; }

private:
    void follow(Flow *flow, std::function<void()> then);
    void onRefusedHostKey(const workspace::HostKeyChange &change, std::function<void()> then);
    void askAboutHostKey(const QString &fingerprint);

    QPointer<workspace::MachineSession> m_session;
    cloud::InstanceRef m_ref;
    QJsonObject m_json;
};

} // namespace nimbook::cli
