// SPDX-License-Identifier: Apache-2.0
#include "base/peer_program.h"
#include "ssh/dialer.h"
#include "ssh/local_listener.h"
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

/// Every program of a computer reaches its loopback; the tunnel's door opens for this process, and on request for its user's programs.
class TunnelDoorTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void thisProcess_isLetIn()
    {
        LocalListener listener;
        QVERIFY(listener.listenFrom(0));
        int accepted = -1;
        connect(&listener, &LocalListener::accepted, this, [&accepted](int socket) { accepted = socket; });
        const Descriptor client(connectLoopback(listener.serverPort()));
        QTRY_VERIFY(accepted >= 0);
        const Descriptor server(accepted);
        for (const Descriptor *end : {&server, &client}) {
            const auto program = peerProgram(end->get());
            QVERIFY(program);
            QCOMPARE(program->user, ::geteuid());
            QVERIFY(program->isThisProcess());
        }
        QVERIFY(!(PeerProgram{::geteuid(), 0}.isThisProcess()));
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

    void otherProgramsAtTheTunnel_areHeardOnRequest_otherUsersNever()
    {
        LoopbackServer server(echo);
        SshdFixture sshd;
        QVERIFY2(sshd.start(), qPrintable(sshd.errorString()));
        Tunnel tunnel(sshd.settings(), server.port());
        tunnel.open(0);
        QTRY_COMPARE_WITH_TIMEOUT(tunnel.state(), Tunnel::State::Live, 20'000);
        const auto ask = [&tunnel](uid_t user) {
            const quint16 port = tunnel.localPort();
            const pid_t child = ::fork();
            if (child == 0) {
                if (user != 0 && ::setresuid(user, user, user) != 0)
                    ::_exit(9);
                const Descriptor socket(connectLoopback(port));
                char answer[2];
                const bool heard = ::send(socket.get(), "hi", 2, MSG_NOSIGNAL) == 2 && ::recv(socket.get(), answer, 2, MSG_WAITALL) == 2;
                ::_exit(heard ? 0 : 1);
            }
            int status = -1;
            (void)QTest::qWaitFor([&] { return ::waitpid(child, &status, WNOHANG) == child; }, 20'000);
            return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
        };
        QCOMPARE(ask(0), 1); // a browser or a script of ours: nobody asked for that yet
        tunnel.setOpenToPrograms(true);
        QTRY_COMPARE_WITH_TIMEOUT(ask(0), 0, 20'000);
        tunnel.close(); // and it stays so behind the next socket
        tunnel.open(0);
        QTRY_COMPARE_WITH_TIMEOUT(tunnel.state(), Tunnel::State::Live, 20'000);
        QCOMPARE(ask(0), 0);
        if (::geteuid() == 0)
            QCOMPARE(ask(65534), 1);
        tunnel.setOpenToPrograms(false);
        QTRY_COMPARE_WITH_TIMEOUT(ask(0), 1, 20'000);
    }

    void unconnectedSocket_hasNoPeer()
    {
        const Descriptor unconnected(::socket(AF_INET, SOCK_STREAM, 0));
        QVERIFY(!peerProgram(unconnected.get()));
    }
};

QTEST_GUILESS_MAIN(TunnelDoorTest)
#include "tunnel_door_test.moc"
