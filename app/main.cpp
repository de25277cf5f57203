// SPDX-License-Identifier: Apache-2.0
// The composition root of the desktop program: the only place that knows every room.
#include "auth/secret_store.h"
#include "base/open_files.h"
#include "net/network_transport.h"
#include "net/proxy_choice.h"
#include "ui/common/dialog_prompts.h"
#include "ui/notebook/web_notebook_pane.h"
#include "ui/shell/main_window.h"
#include "ui/tour/tour.h"
#include "workspace/workspace.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QTemporaryDir>
#include <QTextStream>

using namespace nimbook;

namespace {

int complain(const QString &what)
{
    QTextStream(stderr) << QStringLiteral("nimbook: ") << what << Qt::endl;
    return 2;
}

workspace::Directories directoriesUnder(const QString &folder)
{
    return {folder + QStringLiteral("/config"), folder + QStringLiteral("/state"), folder + QStringLiteral("/cache")};
}

} // namespace

int main(int argc, char *argv[])
{
    allowManyOpenFiles();
    // The notebook's engine shares textures with the window; it must be said before the application exists.
    QCoreApplication::setAttribute(Qt::AA_ShareOpenGLContexts);
    QApplication app(argc, argv);
    QApplication::setApplicationName(QStringLiteral("nimbook"));
    QApplication::setApplicationDisplayName(QStringLiteral("Nimbook"));
    QApplication::setApplicationVersion(QStringLiteral(NIMBOOK_VERSION));
    QApplication::setDesktopFileName(QStringLiteral("io.github.nimbook.Nimbook"));

    QCommandLineParser arguments;
    arguments.setApplicationDescription(QCoreApplication::translate("main", "A GPU notebook on Google Cloud at a click."));
    const QCommandLineOption sandboxOption(QStringLiteral("sandbox"),
                                           QCoreApplication::translate("main", "Start in the sandbox on this computer."));
    const QCommandLineOption tourOption(QStringLiteral("tour"),
                                        QCoreApplication::translate("main", "Play the tour and write its screenshots to <folder>."),
                                        QCoreApplication::translate("main", "folder"));
    arguments.addOptions({sandboxOption, tourOption});
    arguments.addHelpOption();
    arguments.addVersionOption();
    arguments.process(app);
    const bool touring = arguments.isSet(tourOption);

    // The tour finds nothing and leaves nothing: folders and secrets of its own.
    QTemporaryDir scratch;
    const workspace::Directories directories = touring ? directoriesUnder(scratch.path()) : workspace::Directories::standard();
    const auto secrets = touring ? auth::makeSessionStore() : auth::makeKeychainStore();
    const auto catalogue = workspace::Catalogue::load();
    if (!catalogue)
        return complain(catalogue.error().message);
    QNetworkProxyFactory::setApplicationProxyFactory(new net::ProxyChoice); // for WebSockets, which have no manager
    net::NetworkTransport transport;
    workspace::Settings settings(directories.config + QStringLiteral("/nimbook.conf"));
    if (settings.softwareRendering())
        ui::drawPagesWithoutGraphicsCard();
    workspace::Workspace workspace({transport, *secrets, settings, directories, *catalogue, workspace::SandboxServer::findProgram()});
    ui::DialogPrompts prompts;
    ui::MainWindow window(workspace, prompts, ui::webNotebookPaneFactory([&settings] { return settings.downloadFolder(); }));
    window.show();

    if (!touring) {
        if (arguments.isSet(sandboxOption))
            workspace.signInToSandbox();
        else
            window.restoreSignIn();
        return app.exec();
    }

    window.resize(1280, 800);
    ui::Tour tour(window, workspace, scratch.filePath(QStringLiteral("desk")));
    ui::TourPlayer player(window, tour.steps(), arguments.value(tourOption));
    QObject::connect(&player, &Job::finished, &app, [&player] {
        if (player.state() != Job::State::Succeeded) {
            complain(player.error().message + QLatin1Char('\n') + player.error().nextStep + QLatin1Char('\n') + player.error().detail);
            QCoreApplication::exit(1);
            return;
        }
        QCoreApplication::exit(0);
    });
    player.start();
    return app.exec();
}
