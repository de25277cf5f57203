// SPDX-License-Identifier: Apache-2.0
#include "transfer/remote_hasher.h"

#include "base/logging.h"
#include "transfer/file_errors.h"
#include "transfer/names.h"
#include "transfer/sha256.h"

#include <QFile>

#include <algorithm>

namespace nimbook::transfer {
namespace {

constexpr qsizetype wordsPerBatch = 512; // xargs hands so many to each process: kind, padding count, padding, names
constexpr qsizetype mostNameBytes = 80 * 1024; // of one batch: xargs itself stops at 128 KiB
constexpr size_t batchesAhead = 6;
constexpr size_t batchesWithoutWaiting = 2; // with fewer under way a small batch goes out at once
constexpr qsizetype longestWord = 8192; // a path and a digest
constexpr int mostRestarts = 3;
constexpr std::chrono::seconds startPatience{20}; // a login shell may read much before it runs a command
constexpr qint64 unknownLength = 64ll * 1024 * 1024 * 1024; // bytes, to be patient with
constexpr qint64 blockSize = 1024 * 1024;         // as in the script

// Neither script holds a single quote, so that any login shell passes them on unchanged. Python's hashlib and openssl use the
// processor's SHA instructions, which sha256sum of Debian 12 does not; but openssl cannot separate names safely, so it gets only
// pieces of files. Python needs no process for each question, which halves what a proof costs the machine: it comes first.
const char *const pythonScript =
    "command -v python3 >/dev/null && { printf \"python\\0\"; "
    "exec python3 -I -S -c \"import os;exec(b\\\"\\\".join(iter(lambda:os.read(0,1)or b\\\"\\0\\\",b\\\"\\0\\\")))\"; }; ";
const char *const shellScript =
    "LC_ALL=C; export LC_ALL; "
    "command -v xargs >/dev/null && command -v dd >/dev/null && sha256sum -z /dev/null >/dev/null 2>&1 || { printf \"none\\0\"; exit 1; }; "
    "H=\"sha256sum\"; openssl dgst -sha256 -r </dev/null 2>/dev/null | grep -q ^e3b0c442 && H=\"openssl dgst -sha256 -r\"; export H; "
    "printf \"ready\\0\"; exec xargs -0 -n 512 /bin/sh -c \"$0\" sh";
const char *const batchScript =
    "k=$1; n=$2; shift 2; shift \"$n\"; "
    "case $k in f) exec sha256sum -z -- \"$@\" /dev/null;; "
    "*) dd if=\"$1\" bs=1048576 skip=\"$2\" count=\"$3\" 2>/dev/null | $H; printf \"\\0\";; esac";

/// Read by the program's first line up to the zero.
QByteArray pythonProgram()
{
    QFile program(QStringLiteral(":/transfer/digests.py"));
    const bool isOpen = program.open(QIODevice::ReadOnly);
    Q_ASSERT(isOpen);
    return program.readAll() + '\0';
}

const QByteArray endOfFiles = QByteArrayLiteral("/dev/null"); // hashed last in every batch of files: what it answers to is complete

} // namespace

QString RemoteHasher::command(Means means)
{
    const QLatin1String first(means == Means::Python ? pythonScript : "");
    return QStringLiteral("exec /bin/sh -c '%1%2' '%3'").arg(first, QLatin1String(shellScript), QLatin1String(batchScript));
}

RemoteHasher::RemoteHasher(Open open, QString machineName, std::shared_ptr<Patience> patience)
    : m_open(std::move(open)), m_machineName(std::move(machineName)), m_patience(this),
      m_watch(std::move(patience), [this] { return owed(); }, [this] { onSilence(); })
{
    m_patience.setSingleShot(true);
    m_patience.setInterval(startPatience);
    m_patience.callOnTimeout(this, [this] { giveUp(transferText("%1 does not run commands for this user").arg(m_machineName)); });
    start();
}

RemoteHasher::~RemoteHasher()
{
    if (m_stream) {
        m_stream->onReceived = nullptr;
        m_stream->onWritable = nullptr;
        m_stream->onClosed = nullptr;
    }
}

void RemoteHasher::start()
{
    m_phase = Phase::Starting;
    m_word.clear();
    m_outgoing.clear();
    m_patience.start();
    m_stream = m_open(command(m_means));
    m_stream->onReceived = [this](QByteArrayView bytes) { onReceived(bytes); };
    m_stream->onWritable = [this] { flush(); };
    m_stream->onClosed = [this](const Error &error) { onEnded(error.message); };
}

void RemoteHasher::hashFile(const QByteArray &path, Answer then, qint64 size)
{
    ask(Question{path, -1, size, std::move(then)});
}

void RemoteHasher::hashRange(const QByteArray &path, qint64 offset, qint64 length, Answer then)
{
    Q_ASSERT(offset % blockSize == 0);
    ask(Question{path, offset, length, std::move(then)});
}

void RemoteHasher::ask(Question question)
{
    m_waiting.push_back(std::move(question));
    sendSoon();
}

/// Later: so that an answer never comes from inside a question, and many small ones make one batch.
void RemoteHasher::sendSoon()
{
    if (!std::exchange(m_sendQueued, true)) {
        QMetaObject::invokeMethod(this, [this] {
            m_sendQueued = false;
            sendMore();
        }, Qt::QueuedConnection);
    }
}

void RemoteHasher::sendMore()
{
    if (m_phase == Phase::Gone) {
        for (const Question &question : std::exchange(m_waiting, {}))
            answer(question, m_shutDown ? Result<QByteArray>(failure(*m_shutDown)) : failure(ErrorKind::Unsupported, m_whyNot));
        return;
    }
    if (m_phase != Phase::Ready)
        return;
    while (!m_waiting.empty() && m_asked.size() < batchesAhead) {
        const bool isFull = m_waiting.front().offset >= 0 || qsizetype(m_waiting.size()) >= wordsPerBatch - 2;
        if (!isFull && m_asked.size() >= batchesWithoutWaiting)
            break;
        m_asked.push_back(takeBatch());
        m_outgoing += encode(m_asked.back());
        m_watch.expect();
    }
    flush();
}

RemoteHasher::Batch RemoteHasher::takeBatch()
{
    Batch batch;
    qsizetype bytes = 0;
    do {
        bytes += m_waiting.front().path.size() + 1;
        batch.questions.push_back(std::move(m_waiting.front()));
        m_waiting.pop_front();
    } while (batch.questions.front().offset < 0 && !m_waiting.empty() && m_waiting.front().offset < 0
             && qsizetype(batch.questions.size()) < wordsPerBatch - 2 && bytes + m_waiting.front().path.size() < mostNameBytes);
    return batch;
}

QByteArray RemoteHasher::encode(const Batch &batch) const
{
    QByteArrayList words;
    const Question &first = batch.questions.front();
    if (first.offset >= 0) {
        words = {first.path, QByteArray::number(first.offset / blockSize), QByteArray::number((first.length + blockSize - 1) / blockSize)};
    } else {
        for (const Question &question : batch.questions)
            words.append(question.path);
    }
    const qsizetype padding = wordsPerBatch - 2 - words.size();
    return (first.offset >= 0 ? "s" : "f") + QByteArray(1, '\0') + QByteArray::number(padding) + QByteArray(1 + padding, '\0')
        + words.join('\0') + QByteArray(1, '\0');
}

void RemoteHasher::flush()
{
    if (m_stream && m_phase == Phase::Ready && !m_outgoing.isEmpty())
        m_outgoing.remove(0, m_stream->write(m_outgoing));
}

void RemoteHasher::onReceived(QByteArrayView bytes)
{
    if (!bytes.isEmpty())
        m_watch.heard();
    while (!bytes.isEmpty() && m_phase != Phase::Gone) {
        const qsizetype end = bytes.indexOf('\0');
        m_word.append(end < 0 ? bytes : bytes.first(end));
        if (end < 0) {
            if (m_word.size() > longestWord)
                giveUp(transferText("%1 answers with something else than digests").arg(m_machineName));
            return;
        }
        bytes = bytes.sliced(end + 1);
        onWord(std::exchange(m_word, {}));
    }
}

void RemoteHasher::onWord(const QByteArray &word)
{
    if (m_phase == Phase::Starting) {
        // A login shell may have said something before.
        const bool isPython = m_means == Means::Python && word.endsWith("python");
        if (word.endsWith("none")) {
            giveUp(transferText("%1 has no sha256sum").arg(m_machineName));
        } else if (isPython || word.endsWith("ready")) {
            if (isPython)
                m_outgoing = pythonProgram();
            m_phase = Phase::Ready;
            m_hasAnswered = false;
            m_patience.stop();
            Q_EMIT settled();
            sendMore();
        }
        return;
    }
    m_hasAnswered = true;
    if (m_asked.empty()) {
        giveUp(transferText("%1 answers with something else than digests").arg(m_machineName));
        return;
    }
    Batch &batch = m_asked.front();
    if (batch.questions.front().offset < 0) {
        onFileWord(batch, word);
        return;
    }
    const QByteArray digest = QByteArray::fromHex(word.first(qMin<qsizetype>(word.size(), 2 * Sha256::size)));
    const Question question = std::move(batch.questions.front());
    endBatch();
    if (digest.size() == Sha256::size)
        answer(question, digest);
    else
        answer(question, failure(ErrorKind::NotFound, transferText("\"%1\" could not be read again on %2.").arg(shownPath(question.path), m_machineName)));
}

/// "DIGEST  NAME" for each file that could be read, in their order; those that are left out could not.
void RemoteHasher::onFileWord(Batch &batch, const QByteArray &word)
{
    const QByteArray name = word.mid(2 * Sha256::size + 2);
    const QByteArray digest = QByteArray::fromHex(word.first(qMin<qsizetype>(word.size(), 2 * Sha256::size)));
    std::vector<std::pair<Question, QByteArray>> answered; // answers may ask again, so they come after all else
    const bool isEnd = name == endOfFiles;
    while (batch.answered < batch.questions.size()) {
        Question &question = batch.questions[batch.answered];
        const bool isThis = !isEnd && question.path == name;
        ++batch.answered;
        answered.emplace_back(std::move(question), isThis && digest.size() == Sha256::size ? digest : QByteArray());
        if (isThis)
            break;
    }
    if (isEnd)
        endBatch();
    for (const auto &[question, found] : answered) {
        if (!found.isEmpty())
            answer(question, found);
        else
            answer(question, failure(ErrorKind::NotFound, transferText("\"%1\" could not be read again on %2.").arg(shownPath(question.path), m_machineName)));
    }
}

void RemoteHasher::endBatch()
{
    m_asked.pop_front();
    sendSoon();
}

void RemoteHasher::answer(const Question &question, const Result<QByteArray> &digest)
{
    if (question.then)
        question.then(digest);
}

void RemoteHasher::onEnded(const QString &reason)
{
    m_stream->onReceived = nullptr;
    m_stream->onWritable = nullptr;
    m_stream->onClosed = nullptr;
    m_ended = std::move(m_stream);
    if (m_phase != Phase::Ready || ++m_restarts > mostRestarts) {
        giveUp(reason);
        return;
    }
    if (!m_hasAnswered) // a python3 that cannot: too old, or only the name of one
        m_means = Means::Shell;
    // What it owed us is asked once more.
    for (auto batch = m_asked.rbegin(); batch != m_asked.rend(); ++batch) {
        for (size_t i = batch->questions.size(); i > batch->answered; --i)
            m_waiting.push_front(std::move(batch->questions[i - 1]));
    }
    m_asked.clear();
    QMetaObject::invokeMethod(this, [this] {
        m_ended.reset();
        if (m_phase != Phase::Gone)
            start();
    }, Qt::QueuedConnection);
    m_phase = Phase::Starting;
}

void RemoteHasher::shutDown(const Error &error)
{
    m_shutDown = error;
    giveUp(error.message);
    sendMore();
}

/// What the batch in front may take: Python says nothing before the last of its files is read.
std::optional<Patience::Time> RemoteHasher::owed() const
{
    if (m_phase != Phase::Ready || m_asked.empty())
        return std::nullopt;
    Patience::Time time{0};
    for (const Question &question : m_asked.front().questions)
        time += Patience::forDisk(question.length < 0 ? unknownLength : question.length);
    return time;
}

void RemoteHasher::onSilence()
{
    shutDown(Error{ErrorKind::Timeout, transferText("%1 does not say what has arrived there, though the connection stands.").arg(m_machineName),
                   transferText("Try again. If it happens again, look at what keeps the machine's disk busy."),
                   QStringLiteral("no digest for %1 s").arg(m_watch.waited().count()), {}});
}

void RemoteHasher::giveUp(const QString &reason)
{
    if (m_phase == Phase::Gone)
        return;
    qCInfo(lcTransfer) << "no digests from" << m_machineName << reason;
    m_phase = Phase::Gone;
    m_whyNot = reason;
    m_patience.stop();
    std::deque<Question> unanswered;
    for (Batch &batch : m_asked) {
        for (size_t i = batch.answered; i < batch.questions.size(); ++i)
            unanswered.push_back(std::move(batch.questions[i]));
    }
    m_asked.clear();
    std::move(m_waiting.begin(), m_waiting.end(), std::back_inserter(unanswered));
    m_waiting = std::move(unanswered);
    Q_EMIT settled();
    sendSoon();
}

} // namespace nimbook::transfer
