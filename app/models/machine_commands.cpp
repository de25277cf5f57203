// SPDX-License-Identifier: Apache-2.0
#include "models/machine_commands.h"

#include "models/command_writer.h"
#include "workspace/ssh_command_line.h"

#include <QCoreApplication>

namespace nimbook::models {

namespace {

struct CommandText {
    Q_DECLARE_TR_FUNCTIONS(nimbook::models::CommandText)
};

using Commands = QList<MachineCommand>;

MachineCommand command(const char *id, const QString &title, const QList<CommandForm> &forms)
{
    return {QLatin1String(id), title, forms};
}

/// A docker command's words: as the user that Jupyter runs as, to whom the folder of the packages belongs.
QString execAsJupyter() { return QStringLiteral("exec -u \"$(stat -c %u /var/lib/nimbook/python)\""); }

Commands powerCommands(const CommandWriter &write)
{
    const auto power = [&write](const char *id, const QString &title, const QString &verb) {
        return command(id, title, (verb == QLatin1String("reset") ? QList<CommandForm>() : write.nimbookctl(verb))
                                      + write.gcloud({QStringLiteral("instances"), verb, write.name()}) + write.request(QStringLiteral("POST"), verb));
    };
    return {power("start", CommandText::tr("Start"), QStringLiteral("start")),
            power("stop", CommandText::tr("Stop"), QStringLiteral("stop")),
            power("reset", CommandText::tr("Reset"), QStringLiteral("reset")),
            command("publishKey", CommandText::tr("Publish your SSH key"), write.request(QStringLiteral("POST"), QStringLiteral("setMetadata"), write.metadataWithKey())),
            command("delete", CommandText::tr("Delete machine"),
                    write.nimbookctl(QStringLiteral("delete-instance")) + write.gcloud({QStringLiteral("instances"), QStringLiteral("delete"), write.name()})
                        + write.request(QStringLiteral("DELETE"), {}))};
}

Commands connectionCommands(const CommandWriter &write, const CommandContext &context)
{
    const QString address = QStringLiteral("$(%1)");
    const QString inspect = QStringLiteral("sudo docker inspect -f '{{.NetworkSettings.IPAddress}}' nimbook-jupyter");
    const QString containerAddress = address.arg(write.onMachine(inspect).constFirst().text);
    return {command("openNotebook", CommandText::tr("Open notebook"),
                    write.nimbookctl(QStringLiteral("ssh-tunnel"), {QStringLiteral("--jupyter-port"), QString::number(context.jupyterPort)})
                        + write.forward(context.jupyterPort, QStringLiteral("localhost"), 8888).mid(1)),
            command("shell", CommandText::tr("Terminal: a shell on the machine"), write.shell()),
            command("containerShell", CommandText::tr("Terminal: a shell in the container"), write.onMachine(QStringLiteral("sudo docker %1 -it nimbook-jupyter bash").arg(execAsJupyter()), true)),
            command("forwardMachinePort", CommandText::tr("Forward a port of the machine"), write.forward(6006, QStringLiteral("localhost"), 6006)),
            command("forwardContainerPort", CommandText::tr("Forward a port of the container"), write.forward(6006, containerAddress, 6006)),
            command("monitor", CommandText::tr("Monitor"), write.onMachine(QStringLiteral("nvidia-smi; top -b -n 1 | head -n 12; free -h; df -h /src")))};
}

Commands containerCommands(const CommandWriter &write, const CommandContext &context)
{
    const QString runs = QStringLiteral("run-jupyter");
    const QStringList image = context.containerImage.isEmpty() ? QStringList() : QStringList{QStringLiteral("--docker-image"), context.containerImage};
    const QString name = QStringLiteral("nimbook-jupyter");
    const auto docker = [&write](const QString &line) { return write.onMachine(QStringLiteral("sudo docker ") + line); };
    // Jupyter prints addresses with its token; nobody needs it on a terminal that may be recorded.
    const QString logs = QStringLiteral("logs --tail 200 %1 2>&1 | sed 's/token=[^&[:space:]]*/token=[secret]/g'").arg(name);
    const QString execute = QStringLiteral("import nbclient, nbformat, os; p = \"/src/NOTEBOOK\"; n = nbclient.execute(nbformat.read(p, 4), cwd=os.path.dirname(p)); "
                                           "nbformat.write(n, \"/src/outputs/\" + os.path.basename(p))");
    return {command("startJupyter", CommandText::tr("Container: run Jupyter"), write.nimbookctl(runs, image)),
            command("containerSettings", CommandText::tr("Container: apply other settings"),
                    write.nimbookctl(runs, image + QStringList{QStringLiteral("--shm-size"), QStringLiteral("2g"), QStringLiteral("--restart"), QStringLiteral("unless-stopped"),
                                                               QStringLiteral("--env"), QStringLiteral("NAME=value")})),
            command("updateImage", CommandText::tr("Container: look for a newer image"), write.nimbookctl(runs, image + QStringList{QStringLiteral("--update")})),
            command("restartContainer", CommandText::tr("Container: restart"), docker(QStringLiteral("restart ") + name)),
            command("containerLogs", CommandText::tr("Container: log"), docker(logs)),
            command("containerUse", CommandText::tr("Container: state and use"), docker(QStringLiteral("ps -a --filter name=%1; sudo docker stats --no-stream %1").arg(name))),
            command("buildImage", CommandText::tr("Container: build an image"), docker(QStringLiteral("build -t nimbook.local/project -f /src/Dockerfile /src"))),
            command("stopContainer", CommandText::tr("Container: stop"), docker(QStringLiteral("stop ") + name)),
            command("removeContainer", CommandText::tr("Container: remove"), docker(QStringLiteral("rm -f ") + name)),
            command("install", CommandText::tr("Packages: install requirements.txt"),
                    write.nimbookctl(QStringLiteral("pip-install"), {QStringLiteral("--requirements"), QStringLiteral("requirements.txt")})),
            command("freeze", CommandText::tr("Packages: record in nimbook.lock"), write.nimbookctl(QStringLiteral("pip-freeze"))),
            command("installed", CommandText::tr("Packages: what is installed"), docker(QStringLiteral("%1 -e PIP_USER=0 %2 python3 -m pip list").arg(execAsJupyter(), name))),
            command("recreate", CommandText::tr("Packages: recreate from nimbook.lock"), write.nimbookctl(runs, {QStringLiteral("--from-lock")})),
            command("runInBackground", CommandText::tr("Run a notebook in the background"),
                    docker(QStringLiteral("%1 -d %2 python3 -c '%3'").arg(execAsJupyter(), name, execute)))};
}

Commands fileCommands(const CommandWriter &write)
{
    const QString file = QStringLiteral("FILE"), folder = QStringLiteral("FOLDER"), src = QStringLiteral("/src"), outputs = QStringLiteral("/src/outputs");
    const QString upload = QStringLiteral("upload-files"), download = QStringLiteral("download-outputs");
    const QStringList here{QStringLiteral("--to"), folder}, overwrite{QStringLiteral("--conflict"), QStringLiteral("overwrite")};
    const QStringList mirrorUp{QStringLiteral("-rtu"), QStringLiteral("--exclude=.git"), QStringLiteral("--exclude=__pycache__"), QStringLiteral("--exclude=.ipynb_checkpoints")};
    return {command("upload", CommandText::tr("Files: upload"),
                    write.nimbookctl(upload, {QStringLiteral("--from"), folder, QStringLiteral("--to"), src}) + write.gcloudCopy(folder, write.loginAt(src))),
            command("downloadFile", CommandText::tr("Files: download, or open"),
                    write.onMachine(QStringLiteral("cat /src/") + file) + write.gcloudCopy(write.loginAt(QStringLiteral("/src/") + file), folder)),
            command("download", CommandText::tr("Files: download outputs"),
                    write.nimbookctl(download, here) + write.gcloudCopy(write.loginAt(outputs + QStringLiteral("/*")), folder)),
            command("listFiles", CommandText::tr("Files: list, look again"), write.onMachine(QStringLiteral("ls -la ") + src)),
            command("newFolder", CommandText::tr("Files: new folder"), write.onMachine(QStringLiteral("mkdir /src/") + folder)),
            command("rename", CommandText::tr("Files: rename or move"), write.onMachine(QStringLiteral("mv -n /src/%1 /src/NEW-NAME").arg(file))),
            command("copyFile", CommandText::tr("Files: copy on the machine"), write.onMachine(QStringLiteral("cp -rn /src/%1 /src/NEW-NAME").arg(file))),
            command("properties", CommandText::tr("Files: properties"), write.onMachine(QStringLiteral("stat /src/%1; du -sh /src/%1").arg(file))),
            command("permissions", CommandText::tr("Files: change permissions"), write.onMachine(QStringLiteral("chmod u=rw,go=r /src/") + file)),
            command("deleteFile", CommandText::tr("Files: delete"), write.onMachine(QStringLiteral("rm -r /src/") + file)),
            command("compare", CommandText::tr("Files: compare two folders"), write.rsync({QStringLiteral("-rtni")}, folder + QLatin1Char('/'), src)),
            command("synchronise", CommandText::tr("Files: synchronise, one way"),
                    write.rsync(mirrorUp, folder + QLatin1Char('/'), src) + write.nimbookctl(upload, QStringList{QStringLiteral("--from"), folder, QStringLiteral("--to"), src} + overwrite)),
            command("mirror", CommandText::tr("Files: follow outputs live"),
                    write.rsync({QStringLiteral("-rtu")}, outputs + QLatin1Char('/'), folder) + write.nimbookctl(download, here + overwrite))};
}

} // namespace

QList<MachineCommand> machineCommands(const cloud::Instance &machine, const CommandContext &context)
{
    const CommandWriter write(machine, context);
    Commands all = connectionCommands(write, context) + powerCommands(write) + containerCommands(write, context) + fileCommands(write);
    all.removeIf([](const MachineCommand &one) { return one.forms.isEmpty(); }); // rsync alone, without a connection
    return all;
}

QList<MachineCommand> projectCommands(const QString &project, const CommandContext &context)
{
    using workspace::shellText;
    const auto gcloud = [&context](const QStringList &words) {
        return context.sandbox ? QList<CommandForm>() : QList<CommandForm>{{QStringLiteral("gcloud"), shellText(QStringList{QStringLiteral("gcloud")} + words)}};
    };
    const auto nimbookctl = [&](const QString &verb, const QStringList &more = {}) {
        const QStringList words{QStringLiteral("nimbookctl"), verb};
        return QList<CommandForm>{{QStringLiteral("nimbookctl"), shellText(words + (context.sandbox ? QStringList{QStringLiteral("--sandbox")} : QStringList())
                                                                           + QStringList{QStringLiteral("--gcp-project-id"), project} + more)}};
    };
    const auto at = [](const QUrl &root, const QString &path) { return root.resolved(QUrl(path)); };
    const QString ofProject = QStringLiteral("--project=") + project;
    const CommandForm list = CommandWriter::requestForm(QStringLiteral("GET"), at(context.compute, QStringLiteral("projects/%1/aggregated/instances?maxResults=500&returnPartialSuccess=true").arg(project)));
    CommandForm enable = CommandWriter::requestForm(QStringLiteral("POST"), at(context.serviceUsage, QStringLiteral("v1/projects/%1/services/compute.googleapis.com:enable").arg(project)));
    enable.title = CommandText::tr("Request to Service Usage");
    CommandForm projects = CommandWriter::requestForm(QStringLiteral("GET"), at(context.resourceManager, QStringLiteral("v3/projects:search?pageSize=500")));
    projects.title = CommandText::tr("Request to Resource Manager");
    return {command("listMachines", CommandText::tr("List machines"),
                    nimbookctl(QStringLiteral("list")) + gcloud({QStringLiteral("compute"), QStringLiteral("instances"), QStringLiteral("list"), ofProject}) + QList<CommandForm>{list}),
            command("newMachine", CommandText::tr("New machine (the form shows its own command)"), nimbookctl(QStringLiteral("create-instance"), {QStringLiteral("--instance-name"), QStringLiteral("NAME")})),
            command("enableApi", CommandText::tr("Enable Compute Engine"), gcloud({QStringLiteral("services"), QStringLiteral("enable"), QStringLiteral("compute.googleapis.com"), ofProject}) + QList<CommandForm>{enable}),
            command("listProjects", CommandText::tr("List projects"), gcloud({QStringLiteral("projects"), QStringLiteral("list")}) + QList<CommandForm>{projects})};
}

} // namespace nimbook::models
