// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cloud/model/instance.h"
#include "models/command_form.h"
#include "ssh/connection.h"

#include <QList>
#include <QUrl>

namespace nimbook::models {

/// Something that can be done with a machine, and how it is said on a command line or to the API.
struct MachineCommand {
    QString id;    ///< stable: "start"
    QString title; ///< translated, as the window's action says it
    QList<CommandForm> forms;
};

struct CommandContext {
    QUrl compute;         ///< where the API is
    bool sandbox = false; ///< then gcloud knows nothing of the machine
    QString login;
    quint16 jupyterPort = 18888;
    QString hostKeyFile;
    ssh::ConnectionSettings connection; ///< of a session; no host: there was none yet
};

/// Everything that the window does with a machine. Nothing secret is in it.
QList<MachineCommand> machineCommands(const cloud::Instance &machine, const CommandContext &context);

} // namespace nimbook::models
