// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cloud/model/instance.h"
#include "models/command_form.h"
#include "ssh/connection.h"

#include <QList>
#include <QUrl>

namespace nimbook::models {

/// Something that the window does, and how it is said on a command line or to the API. Words in capitals stand for names of the person's own:
/// FOLDER and FILE here, NOTEBOOK below /src, NEW-NAME; FILE is also a name on the machine.
struct MachineCommand {
    QString id;    ///< stable: "start"
    QString title; ///< translated, as the window's action says it
    QList<CommandForm> forms;
};

struct CommandContext {
    QUrl compute;         ///< where the API is
    QUrl resourceManager;
    QUrl serviceUsage;
    bool sandbox = false; ///< then gcloud knows nothing of the machine
    QString login;
    QString containerImage; ///< the one that runs or will
    quint16 jupyterPort = 18888;
    QString hostKeyFile;
    ssh::ConnectionSettings connection; ///< of a session; no host: there was none yet
};

/// Everything that the window does with a machine. Nothing secret is in it.
QList<MachineCommand> machineCommands(const cloud::Instance &machine, const CommandContext &context);
/// Everything that it does with the project alone.
QList<MachineCommand> projectCommands(const QString &project, const CommandContext &context);

} // namespace nimbook::models
