// SPDX-License-Identifier: Apache-2.0
// run-jupyter, pip-install, pip-freeze, ssh-tunnel.
#include "cli/foreground_command.h"
#include "cli/session_verb.h"
#include "workspace/machine_container.h"

#include <QCoreApplication>
#include <QFile>
#include <QJsonArray>

#include <unistd.h>

namespace nimbook::cli {

namespace {

using workspace::MachineSession;

class RunJupyterVerb final : public SessionVerb {
    Q_DECLARE_TR_FUNCTIONS(nimbook::cli::RunJupyterVerb)
public:
    using SessionVerb::SessionVerb;

    QString text() const override
    {
        return tr("Jupyter runs on %1; “nimbookctl ssh-tunnel --instance-name %2” opens it.").arg(ref().text(), ref().name);
    }

protected:
    void run() override
    {
        const bool update = arguments().has(QStringLiteral("update")), fromLock = arguments().has(QStringLiteral("from-lock"));
        if (update && fromLock) {
            fail({ErrorKind::InvalidInput, tr("--update and --from-lock say different things."), tr("Give one of them."), {}, {}});
            return;
        }
        const QStringList wanted = arguments().options.value(QStringLiteral("env"));
        for (const QString &one : wanted) {
            const bool named = !one.contains(QLatin1Char('='));
            if (named && !qEnvironmentVariableIsSet(one.toLocal8Bit().constData())) {
                fail({ErrorKind::InvalidInput, tr("--env: there is no variable %1 here.").arg(one), tr("Set it, or give its value: %1=….").arg(one), {}, {}});
                return;
            }
            m_environment += named ? one + QLatin1Char('=') + qEnvironmentVariable(one.toLocal8Bit().constData()) : one;
        }
        m_need = update ? Need::NewerImage : fromLock ? Need::Lock : Need::Jupyter;
        const bool changes = !m_environment.isEmpty() || arguments().has(QStringLiteral("shm-size")) || arguments().has(QStringLiteral("restart"));
        connectTo(changes ? Need::Files : m_need, [this, changes] { changes ? readSettings() : succeed(); });
    }

private:
    using SettingsJob = ValueJob<jupyter::ContainerSettings>;

    void readSettings()
    {
        await<SettingsJob>(session()->container().settings(), tr("Looking how the container is made"), [this](SettingsJob &job) { changeSettings(*job.result()); });
    }

    void changeSettings(jupyter::ContainerSettings settings)
    {
        settings.shmSize = arguments().value(QStringLiteral("shm-size"), settings.shmSize);
        settings.restartPolicy = arguments().value(QStringLiteral("restart"), settings.restartPolicy);
        QStringList environment = settings.variables; // a name alone keeps its value
        for (const QString &one : std::as_const(m_environment)) {
            environment.removeAll(one.section(QLatin1Char('='), 0, 0));
            environment += one;
        }
        await<SettingsJob>(session()->container().changeSettings(settings, environment), tr("Changing the container's settings"),
                           [this](SettingsJob &) { goOn(m_need, [this] { succeed(); }); });
    }

    Need m_need = Need::Jupyter;
    QStringList m_environment;
};

class PipInstallVerb final : public SessionVerb {
    Q_DECLARE_TR_FUNCTIONS(nimbook::cli::PipInstallVerb)
public:
    using SessionVerb::SessionVerb;

    QString text() const override { return m_installed.isEmpty() ? tr("Everything was there already.") : tr("Installed: %1").arg(m_installed); }

protected:
    void run() override
    {
        // Read before anything is started: a file that is not there shall not cost a boot.
        QFile file(arguments().value(QStringLiteral("requirements"), QStringLiteral("requirements.txt")));
        if (!file.open(QIODevice::ReadOnly)) {
            fail({ErrorKind::NotFound, tr("%1 cannot be read: %2.").arg(file.fileName(), file.errorString()), tr("Name it with --requirements."), {}, {}});
            return;
        }
        const QString wanted = QString::fromUtf8(file.readAll());
        connectTo(Need::Jupyter, [this, wanted] {
            await<Job>(session()->writeRequirements(wanted), tr("Copying the requirements"), [this](Job &) { install(); });
        });
    }

private:
    void install()
    {
        auto *script = session()->installRequirements();
        connect(script, &jupyter::RemoteScript::logReceived, this, [this](const QString &line) { console().log(line); });
        await<jupyter::RemoteScript>(script, tr("Installing"), [this](jupyter::RemoteScript &job) {
            m_installed = job.result()->value(QStringLiteral("installed"));
            QJsonObject json = this->json().toObject();
            json.insert(QStringLiteral("installed"), m_installed);
            setJson(json);
            succeed();
        });
    }

    QString m_installed;
};

class PipFreezeVerb final : public SessionVerb {
    Q_DECLARE_TR_FUNCTIONS(nimbook::cli::PipFreezeVerb)
public:
    using SessionVerb::SessionVerb;

    QString text() const override { return m_added.join(QLatin1Char('\n')); }

protected:
    void run() override
    {
        using StateJob = ValueJob<jupyter::PackagesState>;
        connectTo(Need::Jupyter, [this] {
            await<StateJob>(session()->container().packages(jupyter::Record::Yes), tr("Recording"), [this](StateJob &job) {
                m_added = job.result()->added;
                QJsonObject json = this->json().toObject();
                json.insert(QStringLiteral("added"), QJsonArray::fromStringList(m_added));
                json.insert(QStringLiteral("image"), job.result()->image);
                setJson(json);
                succeed();
            });
        });
    }

private:
    QStringList m_added;
};

class TunnelVerb final : public SessionVerb {
    Q_DECLARE_TR_FUNCTIONS(nimbook::cli::TunnelVerb)
public:
    using SessionVerb::SessionVerb;
    QJsonValue json() const override { return {}; } // it was printed when the tunnel opened

    void interrupt() override
    {
        if (!m_open)
            cancel();
        else if (m_command.isRunning())
            m_command.terminate(); // its end is ours
        else
            succeed();
    }

protected:
    void run() override
    {
        bool fits = false;
        const QString wanted = arguments().value(QStringLiteral("jupyter-port"), QStringLiteral("18888"));
        const int port = wanted.toInt(&fits);
        if (!fits || port < 1024 || port > 65535) {
            fail({ErrorKind::InvalidInput, tr("--jupyter-port cannot be “%1”.").arg(wanted), tr("Take one from 1024 to 65535."), {}, {}});
            return;
        }
        if (const auto found = machine(); found)
            workspace().settings().setTunnelPort(found->id, quint16(port));
        connectTo(Need::Notebook, [this] { onOpen(); });
    }

private:
    void onOpen()
    {
        m_open = true;
        session()->tunnel()->setOpenToPrograms(true); // that is what the verb is for
        connect(session(), &MachineSession::tunnelStateChanged, this, &TunnelVerb::onTunnelState);
        connect(session(), &MachineSession::notebookClosed, this, [this] {
            if (isRunning())
                fail({ErrorKind::Network, tr("The tunnel to %1 has ended.").arg(ref().text()), tr("Look at the machine with “nimbookctl list”."), {}, {}});
        });
        const auto address = session()->notebook();
        const bool showToken = arguments().has(QStringLiteral("show-token")) || Console::isTerminal(STDOUT_FILENO);
        const QString token = QString::fromUtf8(address.token.reveal());
        const bool hasCommand = !arguments().rest.isEmpty();
        if (arguments().has(QStringLiteral("json"))) {
            QJsonObject open = SessionVerb::json().toObject();
            open.insert(QStringLiteral("url"), address.url.toString());
            open.insert(QStringLiteral("port"), address.url.port());
            if (arguments().has(QStringLiteral("show-token")))
                open.insert(QStringLiteral("token"), token);
            console().printJsonLine(open);
        } else if (!hasCommand) {
            console().result(showToken ? tr("%1\ntoken: %2").arg(address.url.toString(), token) : address.url.toString(), {});
            console().note(tr("Open until Ctrl+C. The machine goes on running afterwards."));
        }
        if (hasCommand)
            runCommand(address.url, token);
    }

    void onTunnelState(ssh::Tunnel::State state)
    {
        if (state == ssh::Tunnel::State::Reconnecting)
            console().warn(tr("The connection was lost; reconnecting…"));
        else if (state == ssh::Tunnel::State::Live)
            console().warn(tr("Connected again."));
        else if (state == ssh::Tunnel::State::Failed && session()->tunnel())
            fail(session()->tunnel()->error());
    }

    void runCommand(const QUrl &url, const QString &token)
    {
        // In the environment, which only the same user can read; argv is everybody's.
        connect(&m_command, &ForegroundCommand::ended, this, &TunnelVerb::succeedWithStatus);
        connect(&m_command, &ForegroundCommand::failed, this, &TunnelVerb::fail);
        m_command.start(arguments().rest, {{QStringLiteral("JUPYTER_URL"), url.toString()}, {QStringLiteral("JUPYTER_TOKEN"), token}});
    }

    bool m_open = false;
    ForegroundCommand m_command;
};

} // namespace

std::unique_ptr<Verb> makeNotebookVerb(const Context &context)
{
    const QString &verb = context.arguments.verb;
    if (verb == QLatin1String("run-jupyter"))
        return std::make_unique<RunJupyterVerb>(context);
    if (verb == QLatin1String("pip-install"))
        return std::make_unique<PipInstallVerb>(context);
    if (verb == QLatin1String("pip-freeze"))
        return std::make_unique<PipFreezeVerb>(context);
    if (verb == QLatin1String("ssh-tunnel"))
        return std::make_unique<TunnelVerb>(context);
    return nullptr;
}

} // namespace nimbook::cli
