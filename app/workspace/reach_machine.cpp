// SPDX-License-Identifier: Apache-2.0
#include "workspace/reach_machine.h"

#include "base/logging.h"
#include "workspace/host_trust.h"
#include "workspace/way_to_machine.h"

namespace nimbook::workspace {

namespace {

using namespace std::chrono_literals;

constexpr qsizetype consoleLinesShown = 12;

std::chrono::seconds inSeconds(std::chrono::milliseconds time)
{
    return std::chrono::duration_cast<std::chrono::seconds>(time);
}

} // namespace

ReachMachine::ReachMachine(cloud::ComputeClient &compute, cloud::Instance machine, Login login, Patience patience, QObject *parent)
    : ValueJob(parent), m_compute(compute), m_machine(std::move(machine)), m_login(std::move(login)), m_patience(patience)
{
    m_pause.setSingleShot(true);
    m_deadline.setSingleShot(true);
    connect(&m_pause, &QTimer::timeout, this, [this] { std::exchange(m_afterPause, {})(); });
    connect(&m_deadline, &QTimer::timeout, this, &ReachMachine::onDeadline);
}

ReachMachine::~ReachMachine() = default;

std::unique_ptr<ssh::Session> ReachMachine::takeSession()
{
    return state() == State::Succeeded ? std::move(m_session) : nullptr;
}

template<typename T>
void ReachMachine::call(ValueJob<T> *job, std::function<void(const Result<T> &)> then)
{
    m_call = job;
    connect(job, &Job::finished, this, [this, job, then = std::move(then)] {
        job->deleteLater();
        if (isRunning())
            then(job->result());
    });
    if (job->state() == State::NotStarted)
        job->start();
}

void ReachMachine::run()
{
    m_clock.start();
    m_deadline.start(m_patience.ssh);
    m_policy.alias = hostKeyAlias(m_machine);
    askHostKeys();
}

void ReachMachine::abort()
{
    m_pause.stop();
    m_deadline.stop();
    if (m_call)
        m_call->cancel();
    m_session.reset();
}

void ReachMachine::aboutToFinish()
{
    m_pause.stop();
    m_deadline.stop();
}

void ReachMachine::askHostKeys()
{
    call<QMap<QString, QString>>(m_compute.guestAttributes(m_machine.ref, QStringLiteral("hostkeys/"), this), [this](const auto &answer) {
        m_notAsked = answer ? QString() : answer.error().message;
        if (!answer)
            qCInfo(lcWorkspace) << "host keys of" << m_machine.ref.text() << "cannot be asked for:" << answer.error();
        onHostKeys(answer ? hostKeysFromGuestAttributes(*answer) : QList<ssh::HostKey>());
    });
}

void ReachMachine::onHostKeys(const QList<ssh::HostKey> &vouched)
{
    m_vouched = vouched;
    m_known = ssh::HostKeyStore(m_login.hostKeyFile).keys(m_policy.alias);
    m_policy.trusted = agreedHostKeys(m_known, m_vouched);
    const bool mayStillCome = publishesGuestAttributes(m_machine) && m_clock.elapsed() < m_patience.hostKeys.count();
    if (isUnknown() && m_accepted.isEmpty() && mayStillCome) {
        setProgress({0, -1, Progress::Unit::Percent, tr("Waiting for the machine's host key")});
        // 10 calls a minute are allowed for guest attributes: quick at first, then never faster than 6 s.
        m_afterPause = [this] { lookAgain(); };
        m_pause.start(std::chrono::milliseconds(Backoff{500ms, 2.0, 6s}.delay(m_keyLooks++)));
        return;
    }
    connectNow();
}

void ReachMachine::connectNow()
{
    ssh::ConnectionSettings settings;
    setWayTo(m_machine, m_compute.endpoints().relay, m_login.relayTokens, settings);
    settings.user = m_login.user;
    settings.privateKeyPath = m_login.privateKeyPath;
    settings.useAgent = m_login.useAgent;
    settings.hostKeys = m_policy;
    settings.hostKeys.acceptUnknown = isUnknown() && !m_accepted.isEmpty();
    m_session = std::make_unique<ssh::Session>(settings);
    ++m_attempt;
    call<ssh::HostKey>(m_session->open(this), [this](const Result<ssh::HostKey> &opened) {
        if (opened)
            onOpened(*opened);
        else
            onRefused(opened.error());
    });
}

void ReachMachine::onOpened(const ssh::HostKey &presented)
{
    ssh::HostKeyStore store(m_login.hostKeyFile);
    if (isUnknown()) {
        if (presented.fingerprint() != m_accepted) {
            m_session.reset();
            fail({ErrorKind::HostKeyMismatch, tr("%1 showed another key than the one that was accepted a moment ago.").arg(m_machine.ref.text()),
                  tr("Do not go on before you know why."), presented.fingerprint() + QStringLiteral(" instead of ") + m_accepted, {}});
            return;
        }
        m_policy.trusted = {presented};
    }
    const auto pins = isUnknown() ? m_policy.trusted : hostKeysToPin(m_known, m_vouched);
    if (store.keys(m_policy.alias) != pins) {
        // A pin that cannot be written costs a question next time, not the notebook now.
        if (const auto pinned = store.pin(m_policy.alias, pins); !pinned)
            qCWarning(lcWorkspace) << "pinning failed:" << pinned.error();
    }
    ssh::ConnectionSettings settings = m_session->settings();
    settings.hostKeys = m_policy;
    succeedWith(settings);
}

void ReachMachine::onRefused(const Error &error)
{
    m_lastError = error;
    m_shown = m_session->presentedHostKey();
    // Deleted later: this runs inside a signal of the session's own job.
    m_session.release()->deleteLater();
    qCInfo(lcWorkspace) << "ssh to" << m_machine.ref.text() << "attempt" << m_attempt << error;
    switch (error.kind) {
    case ErrorKind::HostKeyMismatch:
        onMismatch();
        break;
    case ErrorKind::AuthenticationFailed:
        onAuthenticationFailed(error);
        break;
    case ErrorKind::Network:
    case ErrorKind::Timeout:
    case ErrorKind::Protocol: // sshd that is just starting may cut the greeting short
        tryLater(error);
        break;
    default:
        fail(error);
    }
}

void ReachMachine::onMismatch()
{
    if (isUnknown()) {
        m_asked = m_shown.fingerprint();
        m_timeLeft = m_deadline.remainingTimeAsDuration();
        m_deadline.stop();
        setProgress({0, -1, Progress::Unit::Percent, tr("Is %1 the key of this machine?").arg(m_asked)});
        Q_EMIT hostKeyQuestion(m_asked);
        return;
    }
    if (!m_vouched.isEmpty() && !m_vouched.contains(m_shown) && !m_askedTwice) {
        // The agent publishes at first boot, while we may have read an earlier state: once more, then it is an answer.
        m_askedTwice = true;
        askHostKeys();
        return;
    }
    const HostKeyChange change{m_machine, wayText(m_machine), m_known, m_vouched, m_notAsked, m_shown};
    Q_EMIT hostKeyRefused(change);
    fail(change.error(m_login.hostKeyFile));
}

void ReachMachine::answerHostKey(bool accept)
{
    if (!isRunning() || m_asked.isEmpty())
        return;
    const QString fingerprint = std::exchange(m_asked, QString());
    if (!accept) {
        fail({ErrorKind::HostKeyMismatch, tr("The host key of %1 was not accepted.").arg(m_machine.ref.text()),
              tr("Compare the fingerprint with the machine's serial port, then open the notebook again."), fingerprint, {}});
        return;
    }
    m_accepted = fingerprint;
    m_deadline.start(std::max<std::chrono::milliseconds>(m_timeLeft, 10s));
    connectNow();
}

void ReachMachine::onAuthenticationFailed(const Error &error)
{
    const bool justBooted = m_machine.lastStarted.isValid()
        && m_machine.lastStarted.msecsTo(QDateTime::currentDateTimeUtc()) < m_patience.newKey.count() * 2;
    if ((m_login.keyIsNew || justBooted) && m_clock.elapsed() < m_patience.newKey.count()) {
        setProgress({0, -1, Progress::Unit::Percent, tr("Waiting until the machine knows the new key")});
        m_afterPause = [this] { lookAgain(); };
        m_pause.start(m_backoff.delay(m_attempt - 1));
        return;
    }
    Error refused = error;
    if (m_login.osLogin) {
        refused.message = tr("%1 refused the login %2, which OS Login gave.").arg(m_machine.ref.text(), m_login.user);
        refused.nextStep = tr("Ask for the role Compute OS Admin Login (roles/compute.osAdminLogin), without which OS Login lets nobody in.");
    } else {
        refused.message = tr("%1 refused the login %2 with the key that was published for it.").arg(m_machine.ref.text(), m_login.user);
        refused.nextStep = tr("Check that Google's guest agent runs on the machine; a reset starts it again.");
    }
    fail(refused);
}

void ReachMachine::tryLater(const Error &error)
{
    setProgress({0, -1, Progress::Unit::Percent, tr("Try %1: %2").arg(m_attempt).arg(error.message)});
    m_afterPause = [this] { lookAgain(); };
    m_pause.start(m_backoff.delay(m_attempt - 1));
}

void ReachMachine::lookAgain()
{
    call<cloud::Instance>(m_compute.getInstance(m_machine.ref, this), [this](const auto &answer) {
        if (!answer) {
            // A hiccup of the API is no reason to give the machine up.
            if (answer.error().kind == ErrorKind::NotFound || answer.error().kind == ErrorKind::NotSignedIn)
                fail(answer.error());
            else
                tryLater(answer.error());
            return;
        }
        m_machine = *answer;
        Q_EMIT machineSeen(m_machine);
        if (!isRunning())
            return;
        if (m_machine.state() != cloud::MachineState::Running && m_machine.state() != cloud::MachineState::Starting) {
            fail({ErrorKind::WrongState, tr("%1 stopped while we waited for SSH.").arg(m_machine.ref.text()),
                  tr("Open the notebook again: that starts the machine."), {}, {}});
        } else if (m_policy.trusted.isEmpty() && m_accepted.isEmpty()) {
            askHostKeys();
        } else {
            connectNow();
        }
    });
}

void ReachMachine::onDeadline()
{
    m_pause.stop();
    if (m_call) {
        m_call->disconnect(this);
        m_call->cancel();
        m_call->deleteLater();
    }
    if (m_session)
        m_session.release()->deleteLater();
    // What the console says last is the best hint at a boot that hangs. The answer has 10 s.
    m_deadline.disconnect(this);
    connect(&m_deadline, &QTimer::timeout, this, [this] { failWithConsole({}); });
    m_deadline.start(10s);
    call<cloud::SerialOutput>(m_compute.serialOutput(m_machine.ref, 0, this),
                              [this](const auto &answer) { failWithConsole(answer ? answer->contents : QByteArray()); });
}

void ReachMachine::failWithConsole(const QByteArray &console)
{
    QStringList lines = QString::fromUtf8(console).split(QLatin1Char('\n'), Qt::SkipEmptyParts);
    if (lines.size() > consoleLinesShown)
        lines = lines.mid(lines.size() - consoleLinesShown);
    const QString last = lines.isEmpty() ? tr("nothing") : lines.constLast().trimmed();
    fail({ErrorKind::Timeout,
          tr("%1 did not answer SSH (%2) within %3 s. Its serial port said last: %4")
              .arg(m_machine.ref.text(), wayText(m_machine))
              .arg(inSeconds(m_patience.ssh).count())
              .arg(last),
          tr("Check that a firewall rule lets TCP port %1 in, then try again; a reset helps a machine whose boot hangs.").arg(m_machine.sshPort()),
          QStringLiteral("last error: %1\nserial port 1 ends with:\n%2").arg(m_lastError.detail, lines.join(QLatin1Char('\n'))), {}});
}

} // namespace nimbook::workspace
