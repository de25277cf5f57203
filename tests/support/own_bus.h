// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QList>

#include <unistd.h>

#include <vector>

namespace nimbook::testing {

/// For the first line of main(): the test runs again inside a session bus of its own, or on none where dbus-run-session is missing. What a
/// test tells the desktop is nobody's business; and a program reads the address of its bus once.
inline void moveToOwnBus(int argc, char **argv)
{
    if (qEnvironmentVariableIsSet("NIMBOOK_TEST_OWN_BUS"))
        return;
    qputenv("NIMBOOK_TEST_OWN_BUS", "1");
    QList<QByteArray> words{"dbus-run-session", "--"};
    std::vector<char *> command;
    for (QByteArray &word : words)
        command.push_back(word.data());
    for (int i = 0; i < argc; ++i)
        command.push_back(argv[i]);
    command.push_back(nullptr);
    ::execvp(command.front(), command.data());
    qputenv("DBUS_SESSION_BUS_ADDRESS", "disabled:");
}

} // namespace nimbook::testing
