// SPDX-License-Identifier: Apache-2.0
#include "gui/shell_window.h"

#include "support/loopback_server.h"
#include "support/sshd_fixture.h"
#include "ui/shell/tunnel_indicator.h"
#include "ui/shell/tunnel_menu.h"
#include "workspace/port_forwards.h"

#include <QMenu>
#include <QTest>

using namespace nimbook;
using testing::App;
using testing::LoopbackServer;
using testing::SandboxFixture;
using testing::SshdFixture;
using testing::Window;
using ui::TunnelIndicator;

/// What the window says of its tunnels, and the way to their list.
class TunnelWindowTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void indicator_namesEveryPhaseInWords()
    {
        SshdFixture sshd;
        QVERIFY2(sshd.start(), qPrintable(sshd.errorString()));
        auto web = std::make_unique<LoopbackServer>([](int socket) {
            testing::receive(socket, 16);
            testing::sendAll(socket, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        });
        TunnelIndicator indicator;
        QCOMPARE(indicator.text(), QStringLiteral("No tunnel"));
        QVERIFY(!indicator.isEnabled());
        QStringList seen;
        {
            ssh::Tunnel tunnel(sshd.settings(), web->port());
            tunnel.setProbe("/api");
            tunnel.setMayMove(true);
            connect(&tunnel, &ssh::Tunnel::phaseChanged, this, [&] {
                indicator.setTunnel(&tunnel);
                QCOMPARE(indicator.accessibleName(), indicator.text());
                seen += indicator.text().section(QStringLiteral(" · "), 0, 0);
            });
            tunnel.open(0);
            const auto reaches = [&](const char *words) { return QTest::qWaitFor([&] { return seen.join(u'\n').contains(QLatin1String(words)); }, 40'000); };
            for (const char *words : {"reaching the machine", "host key and login", "opening the port", "asking Jupyter", "Tunnel live"})
                QVERIFY2(reaches(words), words);
            QVERIFY(indicator.isEnabled());
            QVERIFY2(indicator.text().endsWith(QStringLiteral(" · localhost:%1").arg(tunnel.localPort())), qPrintable(indicator.text()));
            web.reset();
            QVERIFY(reaches("Jupyter does not answer"));
            QVERIFY2(indicator.toolTip().contains(QString::number(tunnel.remotePort())), qPrintable(indicator.toolTip()));
            SshdFixture stranger;
            QVERIFY2(stranger.start(), qPrintable(stranger.errorString()));
            sshd.kill();
            QVERIFY(reaches("Tunnel lost, connecting again") || reaches("Tunnel lost, next try"));
            auto elsewhere = sshd.settings();
            elsewhere.port = stranger.port();
            tunnel.setConnection(elsewhere);
            tunnel.reconnectNow();
            QVERIFY(reaches("asking where the machine is"));
            tunnel.giveUp();
            QVERIFY(reaches("Tunnel failed"));
        }
        QCOMPARE(indicator.text(), QStringLiteral("No tunnel"));
    }

    void forwardOfAMachineWithoutAPage_isSeenAndListed()
    {
        SandboxFixture sandbox;
        QVERIFY2(sandbox.isRunning(), qPrintable(sandbox.log()));
        Window window(sandbox);
        QCOMPARE(window.app.signIn(SandboxFixture::emptyProject()), QString());
        const auto spec = window.app.spec(QStringLiteral("quiet-1"));
        const auto made = App::endOf(window.app.space->createMachine(spec));
        QVERIFY2(made.ok(), made.why());
        auto *session = window.app.space->session(spec.ref);
        const auto connected = App::endOf(session->connectFiles());
        QVERIFY2(connected.ok(), connected.why());
        auto *indicator = window.find<TunnelIndicator>("tunnelButton");
        QVERIFY(indicator && !indicator->isEnabled());

        session->forwardPort(QStringLiteral("Echo"), 7, false);

        QTRY_VERIFY(indicator->isEnabled());
        QCOMPARE(indicator->text(), QStringLiteral("1 forwarded port"));
        testing::pictures(*window.window, QStringLiteral("forward-alone"));
        auto *menu = qobject_cast<ui::TunnelMenu *>(indicator->menu());
        QVERIFY(menu && menu->toolTipsVisible());
        Q_EMIT menu->aboutToShow();
        QVERIFY(menu->findChild<QMenu *>(QStringLiteral("forwardMenu")));
        auto *stop = menu->findChild<QAction *>(QStringLiteral("stopForwardAction"));
        QVERIFY(stop);
        session->disconnectFromMachine();
        QTRY_VERIFY(!indicator->isEnabled());

        // What is grey says why.
        Q_EMIT menu->aboutToShow();
        QVERIFY(App::endOf(session->connectFiles()).ok());
        QTRY_VERIFY(indicator->isEnabled()); // put up again with the connection
        Q_EMIT menu->aboutToShow();
        auto *config = menu->findChild<QAction *>(QStringLiteral("copySshConfigAction"));
        QVERIFY(config && config->isEnabled() && config->toolTip().contains(QLatin1String(".ssh/config")));
    }
};

QTEST_MAIN(TunnelWindowTest)
#include "tunnel_window_test.moc"
