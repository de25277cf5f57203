// SPDX-License-Identifier: Apache-2.0
// The composition root of the command line: the desktop's rooms without their windows.
#include "auth/secret_store.h"
#include "base/open_files.h"
#include "cli/runner.h"
#include "net/network_transport.h"
#include "net/proxy_choice.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTextStream>

using namespace nimbook;

namespace {

/// What the person chose in the window holds here too, but nothing is written back: a script leaves no traces in the window.
QString copyOfSettings(const workspace::Directories &directories, const QTemporaryDir &scratch)
{
    const QString copy = scratch.filePath(QStringLiteral("nimbook.conf"));
    QFile::copy(directories.config + QStringLiteral("/nimbook.conf"), copy);
    return copy;
}

} // namespace

int main(int argc, char *argv[])
{
    allowManyOpenFiles();
    QCoreApplication app(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("nimbookctl"));
    QCoreApplication::setApplicationVersion(QStringLiteral(NIMBOOK_VERSION));

    cli::Console console;
    auto parsed = cli::parseArguments(QCoreApplication::arguments().mid(1));
    if (!parsed) {
        console.fail(parsed.error());
        return int(cli::ExitCode::Usage);
    }
    if (!parsed->answer.isEmpty()) {
        QTextStream(stdout) << parsed->answer;
        return int(cli::ExitCode::Done);
    }
    console.setStyle({parsed->arguments.has(QStringLiteral("json")),
                      cli::Console::stepsFor(parsed->arguments.value(QStringLiteral("progress"), QStringLiteral("auto")))});

    const auto catalogue = workspace::Catalogue::load();
    if (!catalogue) {
        console.fail(catalogue.error());
        return int(cli::ExitCode::Failed);
    }
    const QTemporaryDir scratch;
    const workspace::Directories directories = workspace::Directories::standard();
    const auto secrets = auth::makeSessionStore();
    QNetworkProxyFactory::setApplicationProxyFactory(new net::ProxyChoice); // for WebSockets, which have no manager
    net::NetworkTransport transport;
    workspace::Settings settings(copyOfSettings(directories, scratch));
    if (const QString key = parsed->arguments.value(QStringLiteral("ssh-key")); !key.isEmpty())
        settings.setSshKey(key == QLatin1String("agent") ? key : QFileInfo(key).absoluteFilePath()); // in the copy only
    workspace::Workspace workspace({transport, *secrets, settings, directories, *catalogue, workspace::SandboxServer::findProgram()});
    cli::Runner runner(workspace, console, parsed->arguments);
    QObject::connect(&runner, &cli::Runner::finished, &app, [](int status) { QCoreApplication::exit(status); }, Qt::QueuedConnection);
    runner.start();
    return app.exec();
}
