// SPDX-License-Identifier: Apache-2.0
#include "ssh/session.h"

#include "base/owned_thread.h"
#include "ssh/session_worker.h"

#include <QHash>
#include <QPointer>

namespace nimbook::ssh {

static constexpr qsizetype maxKeptOutput = 4 * 1024 * 1024;

class Session::Private {
public:
    class OpenJob;
    class CommandJob;

    Private(Session *session, ConnectionSettings connection);
    ~Private();

    void open(OpenJob *job);
    void openCancelled();
    void close();
    void run(quint64 id, CommandJob *job, const QString &command, const QByteArray &input, std::optional<TerminalSize> terminal, bool lasting);
    void abandon(quint64 id);

    /// Calls \a call on the worker, in its thread.
    template<typename Call>
    void onWorker(Call call)
    {
        QMetaObject::invokeMethod(worker, [worker = worker, call = std::move(call)] { call(*worker); }, Qt::QueuedConnection);
    }

    Session *q;
    ConnectionSettings settings;
    HostKey presented;
    bool isOpen = false;
    quint64 epoch = 0; // counts close()s and losses: answers from before are not for us
    quint64 lastCommand = 0;
    QList<QPointer<OpenJob>> openJobs;
    QHash<quint64, QPointer<CommandJob>> commands;
    SessionWorker *worker; // deleted by its own thread when that ends
    OwnedThread thread;

private:
    void onOpened(const HostKey &key);
    void onOpenFailed(const Error &error);
    void onOutput(quint64 id, const QByteArray &output, const QByteArray &errorOutput);
    void onCommandEnded(quint64 id, const Result<int> &status);
};

class Session::Private::OpenJob final : public ValueJob<HostKey> {
public:
    OpenJob(Session *session, QObject *parent) : ValueJob<HostKey>(parent), m_session(session) {}
    ~OpenJob() override
    {
        if (isRunning())
            abort();
    }
    void end(Result<HostKey> result) { finishWith(std::move(result)); }

private:
    void run() override
    {
        if (m_session)
            m_session->d->open(this);
        else
            fail(Error{ErrorKind::Cancelled, tr("The SSH session was closed."), {}, {}, {}});
    }
    void abort() override
    {
        if (m_session)
            m_session->d->openCancelled();
    }

    QPointer<Session> m_session;
};

class Session::Private::CommandJob final : public RemoteTerminal {
public:
    CommandJob(Session *session, QString command, QByteArray input, std::optional<TerminalSize> terminal, QObject *parent)
        : RemoteTerminal(parent), m_session(session), m_command(std::move(command)), m_input(std::move(input)), m_terminal(terminal)
    {
        if (terminal)
            setLasting();
    }
    ~CommandJob() override
    {
        if (isRunning())
            abort();
    }

    void receive(const QByteArray &output, const QByteArray &errorOutput)
    {
        if (!m_terminal) {
            keep(m_result.standardOutput, output);
            keep(m_result.standardError, errorOutput);
        }
        const QPointer<CommandJob> guard(this); // a listener may delete us
        if (!output.isEmpty())
            Q_EMIT outputReceived(output);
        if (guard && isRunning() && !errorOutput.isEmpty())
            Q_EMIT errorOutputReceived(errorOutput);
    }
    void haveToWait()
    {
        const QString &machine = m_session->settings().machineName;
        const QString word = isLasting() ? Session::tr("Waits until another shell, log or background run on %1 has ended").arg(machine)
                                         : Session::tr("Waits for other commands on %1").arg(machine);
        const QPointer<CommandJob> guard(this);
        setProgress({0, -1, Progress::Unit::Percent, word});
        if (guard && m_terminal)
            Q_EMIT outputReceived(word.toUtf8() + "\r\n");
    }
    void waitNoLonger() { setProgress({}); }
    void write(const QByteArray &keys) override
    {
        if (m_session && m_id && isRunning())
            m_session->d->onWorker([id = m_id, keys](SessionWorker &to) { to.send(id, keys); });
    }
    void resize(const TerminalSize &size) override
    {
        m_terminal = size;
        if (m_session && m_id && isRunning())
            m_session->d->onWorker([id = m_id, size](SessionWorker &to) { to.resize(id, size); });
    }
    void end(const Result<int> &status)
    {
        if (!status)
            return fail(status.error());
        m_result.exitStatus = *status;
        succeedWith(std::move(m_result));
    }

private:
    static void keep(QByteArray &all, const QByteArray &bytes) { all += bytes.left(maxKeptOutput - all.size()); }

    void run() override
    {
        if (!m_session)
            return fail(Error{ErrorKind::Cancelled, tr("The SSH session was closed."), {}, {}, {}});
        m_id = ++m_session->d->lastCommand;
        m_session->d->run(m_id, this, m_command, std::exchange(m_input, {}), m_terminal, isLasting());
    }
    void abort() override
    {
        if (m_session && m_id)
            m_session->d->abandon(m_id);
    }

    QPointer<Session> m_session;
    quint64 m_id = 0;
    QString m_command;
    QByteArray m_input;
    std::optional<TerminalSize> m_terminal;
    CommandResult m_result;
};

Session::Private::Private(Session *session, ConnectionSettings connection)
    : q(session), settings(std::move(connection)), worker(new SessionWorker(settings)), thread(QStringLiteral("ssh session"))
{
    worker->moveToThread(thread.get());
    connect(thread.get(), &QThread::finished, worker, &QObject::deleteLater);
    connect(worker, &SessionWorker::opened, q, [this](quint64 from, const HostKey &key) {
        if (from == epoch)
            onOpened(key);
    });
    connect(worker, &SessionWorker::openFailed, q, [this](quint64 from, const Error &error, const HostKey &key) {
        if (from != epoch)
            return;
        presented = key;
        onOpenFailed(error);
    });
    connect(worker, &SessionWorker::lost, q, [this](quint64 from, const Error &error) {
        if (from != epoch)
            return;
        ++epoch;
        isOpen = false;
        Q_EMIT q->disconnected(error);
    });
    connect(worker, &SessionWorker::outputReceived, q,
            [this](quint64 id, const QByteArray &output, const QByteArray &errorOutput) { onOutput(id, output, errorOutput); });
    connect(worker, &SessionWorker::commandWaits, q, [this](quint64 id, bool waits) {
        const auto job = commands.value(id);
        if (job && job->isRunning() && waits)
            job->haveToWait();
        else if (job && job->isRunning())
            job->waitNoLonger();
    });
    connect(worker, &SessionWorker::commandEnded, q,
            [this](quint64 id, const Result<int> &status) { onCommandEnded(id, status); });
}

Session::Private::~Private()
{
    worker->disconnect(q);
    // Queued: whoever destroys a session does not expect its jobs to call back meanwhile.
    const Error closed{ErrorKind::Cancelled, tr("The SSH session was closed."), {}, {}, {}};
    for (const auto &job : std::as_const(openJobs))
        if (job)
            QMetaObject::invokeMethod(job, [job = job.data(), closed] { job->end(failure(closed)); }, Qt::QueuedConnection);
    for (const auto &job : std::as_const(commands))
        if (job)
            QMetaObject::invokeMethod(job, [job = job.data(), closed] { job->end(failure(closed)); }, Qt::QueuedConnection);
}

void Session::Private::open(OpenJob *job)
{
    openJobs.append(job);
    onWorker([epoch = epoch](SessionWorker &to) { to.open(epoch); });
}

void Session::Private::openCancelled()
{
    openJobs.removeIf([](const QPointer<OpenJob> &job) { return !job || !job->isRunning(); });
    if (openJobs.isEmpty() && !isOpen)
        close();
}

void Session::Private::close()
{
    ++epoch;
    isOpen = false;
    onWorker([](SessionWorker &to) { to.close(); });
    const auto waiting = std::exchange(openJobs, {});
    for (const auto &job : waiting)
        if (job)
            job->cancel();
}

void Session::Private::run(quint64 id, CommandJob *job, const QString &command, const QByteArray &input, std::optional<TerminalSize> terminal,
                            bool lasting)
{
    commands.insert(id, job);
    onWorker([=](SessionWorker &to) { to.run(id, command, input, terminal, lasting); });
}

void Session::Private::abandon(quint64 id)
{
    if (commands.remove(id))
        onWorker([id](SessionWorker &to) { to.abandon(id); });
}

void Session::Private::onOpened(const HostKey &key)
{
    presented = key;
    isOpen = true;
    const auto waiting = std::exchange(openJobs, {});
    for (const auto &job : waiting)
        if (job)
            job->end(key);
}

void Session::Private::onOpenFailed(const Error &error)
{
    const auto waiting = std::exchange(openJobs, {});
    for (const auto &job : waiting)
        if (job)
            job->end(failure(error));
}

void Session::Private::onOutput(quint64 id, const QByteArray &output, const QByteArray &errorOutput)
{
    const QPointer<Session> guard(q); // a listener may delete the session
    if (const auto job = commands.value(id))
        job->receive(output, errorOutput);
    if (guard)
        onWorker([id, bytes = output.size() + errorOutput.size()](SessionWorker &to) { to.consumed(id, bytes); });
}

void Session::Private::onCommandEnded(quint64 id, const Result<int> &status)
{
    if (const auto job = commands.take(id))
        job->end(status);
}

Session::Session(ConnectionSettings settings, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(this, std::move(settings)))
{
}

Session::~Session() = default;

ValueJob<HostKey> *Session::open(QObject *parent)
{
    return new Private::OpenJob(this, parent);
}

bool Session::isOpen() const
{
    return d->isOpen;
}

void Session::close()
{
    d->close();
}

void Session::checkAlive()
{
    d->onWorker([](SessionWorker &to) { to.checkAlive(); });
}

HostKey Session::presentedHostKey() const
{
    return d->presented;
}

RemoteCommand *Session::run(const QString &command, const QByteArray &input, QObject *parent)
{
    return new Private::CommandJob(this, command, input, {}, parent);
}

RemoteTerminal *Session::openTerminal(const QString &command, const TerminalSize &size, QObject *parent)
{
    return new Private::CommandJob(this, command, {}, size, parent);
}

const ConnectionSettings &Session::settings() const
{
    return d->settings;
}

} // namespace nimbook::ssh
