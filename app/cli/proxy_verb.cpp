// SPDX-License-Identifier: Apache-2.0
// ssh-proxy: a machine's SSH port on the standard streams, through Identity-Aware Proxy. What OpenSSH calls a ProxyCommand.
#include "cli/descriptor_pump.h"
#include "cli/verb.h"
#include "ssh/dialer.h"
#include "workspace/way_to_machine.h"

#include <QCoreApplication>

#include <csignal>
#include <unistd.h>

namespace nimbook::cli {

namespace {

class ProxyVerb final : public Verb {
    Q_DECLARE_TR_FUNCTIONS(nimbook::cli::ProxyVerb)
public:
    using Verb::Verb;

protected:
    void run() override
    {
        const auto found = machine();
        if (!found) {
            fail(found.error());
            return;
        }
        workspace::Account &account = *workspace().account();
        ssh::ConnectionSettings settings;
        workspace::setWayTo(*found, account.compute().endpoints().relay, account.relayTokens(), settings);
        if (!settings.route) {
            fail({ErrorKind::Unsupported, tr("%1 has an external address.").arg(found->ref.text()), tr("Connect to %1.").arg(found->externalAddress), {}, {}});
            return;
        }
        auto *dialer = settings.route->makeDialer(this);
        connect(dialer, &ssh::Dialer::connected, this, [this, dialer] { onConnected(dialer->takeSocket()); });
        connect(dialer, &ssh::Dialer::refused, this, &ProxyVerb::fail);
        connect(dialer, &ssh::Dialer::failed, this, [this](const QString &reason) {
            fail({ErrorKind::Network, tr("Identity-Aware Proxy cannot be reached: %1.").arg(reason), tr("Try again in a moment."), reason, {}});
        });
        dialer->start();
    }

private:
    void onConnected(int socket)
    {
        std::signal(SIGPIPE, SIG_IGN); // ssh may be gone already
        m_socket.reset(socket);
        for (auto *pump : {new DescriptorPump(STDIN_FILENO, socket, this), new DescriptorPump(socket, STDOUT_FILENO, this)})
            connect(pump, &DescriptorPump::ended, this, [this] { succeed(); });
    }

    ssh::Descriptor m_socket;
};

} // namespace

std::unique_ptr<Verb> makeProxyVerb(const Context &context)
{
    return context.arguments.verb == QLatin1String("ssh-proxy") ? std::make_unique<ProxyVerb>(context) : nullptr;
}

} // namespace nimbook::cli
