// SPDX-License-Identifier: Apache-2.0
#include "ssh/dialer.h"
#include "ssh/local_listener.h"
#include "ssh/peer_user.h"
#include "ssh/tunnel.h"
#include "support/loopback_server.h"
#include "support/sshd_fixture.h"

#include <QSignalSpy>
#include <QTest>

#include <future>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace nimbook;
using namespace nimbook::ssh;
using namespace nimbook::testing;
using namespace std::chrono_literals;

/// Every user of a computer reaches its loopback; the tunnel's door opens only for programs of its own user.
class SshPeerUserTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void ownProgram_isLetIn()
    {
        LocalListener listener;
        QVERIFY(listener.listenFrom(0));
        int accepted = -1;
        connect(&listener, &LocalListener::accepted, this, [&accepted](int socket) { accepted = socket; });
        const Descriptor client(connectLoopback(listener.serverPort()));
        QTRY_VERIFY(accepted >= 0);
        const Descriptor server(accepted);
        QCOMPARE(peerUser(server.get()), std::optional<uid_t>(::geteuid()));
        QCOMPARE(peerUser(client.get()), std::optional<uid_t>(::geteuid()));
    }

    void programOfSomebodyElse_isClosedUnread()
    {
        LocalListener listener;
        listener.setAllowedUser(::geteuid() + 1); // the door of another user: we are the stranger
        QVERIFY(listener.listenFrom(0));
        QSignalSpy accepted(&listener, &LocalListener::accepted);
        const Descriptor client(connectLoopback(listener.serverPort()));
        QVERIFY(client);
        auto heard = std::async(std::launch::async, [&] { return receiveAll(client.get()); });
        QTRY_VERIFY_WITH_TIMEOUT(heard.wait_for(0s) == std::future_status::ready, 20'000);
        QVERIFY(heard.get().isEmpty());
        QCOMPARE(accepted.size(), 0);
    }

    void otherUserAtTheTunnel_hearsNothing()
    {
        if (::geteuid() != 0)
            QSKIP("only root can be two users");
        LoopbackServer server(echo);
        SshdFixture sshd;
        QVERIFY2(sshd.start(), qPrintable(sshd.errorString()));
        Tunnel tunnel(sshd.settings(), server.port());
        tunnel.open(0);
        QTRY_COMPARE_WITH_TIMEOUT(tunnel.state(), Tunnel::State::Live, 20'000);
        const auto ask = [&tunnel](uid_t user) {
            const pid_t child = ::fork();
            if (child == 0) {
                if (user != 0 && ::setresuid(user, user, user) != 0)
                    ::_exit(9);
                const Descriptor socket(connectLoopback(tunnel.localPort()));
                char answer[2];
                const bool heard = ::send(socket.get(), "hi", 2, MSG_NOSIGNAL) == 2 && ::recv(socket.get(), answer, 2, MSG_WAITALL) == 2;
                ::_exit(heard ? 0 : 1);
            }
            int status = -1;
            (void)QTest::qWaitFor([&] { return ::waitpid(child, &status, WNOHANG) == child; }, 20'000);
            return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
        };
        QCOMPARE(ask(0), 0);
        QCOMPARE(ask(65534), 1);
    }

    void unconnectedSocket_hasNoPeer()
    {
        const Descriptor unconnected(::socket(AF_INET, SOCK_STREAM, 0));
        QVERIFY(!peerUser(unconnected.get()));
    }
};

QTEST_GUILESS_MAIN(SshPeerUserTest)
#include "ssh_peer_user_test.moc"
