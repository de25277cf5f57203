// SPDX-License-Identifier: Apache-2.0
#include "workspace/way_to_machine.h"

#include <QCoreApplication>

namespace nimbook::workspace {

namespace {

struct WayText {
    Q_DECLARE_TR_FUNCTIONS(nimbook::workspace::WayText)
};

} // namespace

void setWayTo(const cloud::Instance &machine, const QUrl &relay, const std::shared_ptr<ssh::IapTokens> &tokens, ssh::ConnectionSettings &settings)
{
    settings.port = machine.sshPort();
    settings.machineName = machine.ref.name;
    if (!machine.externalAddress.isEmpty()) {
        settings.host = machine.externalAddress;
        settings.route = nullptr;
        return;
    }
    settings.host = machine.ref.name; // nobody looks it up: the route knows
    ssh::IapTarget target;
    target.relay = relay;
    target.project = machine.ref.project;
    target.zone = machine.ref.zone;
    target.instance = machine.ref.name;
    target.port = machine.sshPort();
    settings.route = std::make_shared<ssh::IapRoute>(std::move(target), tokens);
}

bool leadsTo(const ssh::ConnectionSettings &settings, const cloud::Instance &machine)
{
    if (settings.port != machine.sshPort())
        return false;
    return machine.externalAddress.isEmpty() ? settings.route && settings.host == machine.ref.name
                                             : !settings.route && settings.host == machine.externalAddress;
}

QString wayText(const cloud::Instance &machine)
{
    return machine.externalAddress.isEmpty() ? WayText::tr("Identity-Aware Proxy")
                                             : WayText::tr("%1 port %2").arg(machine.externalAddress).arg(machine.sshPort());
}

} // namespace nimbook::workspace
