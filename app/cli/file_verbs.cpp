// SPDX-License-Identifier: Apache-2.0
// upload-files, download-outputs.
#include "cli/session_verb.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QJsonArray>
#include <QLocale>

#include <optional>

namespace nimbook::cli {

namespace {

using transfer::ConflictAnswer;
using transfer::Transfer;

/// A transfer as a job that the console can follow; the queue owns the transfer itself.
class TransferJob final : public Job {
public:
    TransferJob(transfer::TransferQueue &queue, transfer::TransferId id, QObject *parent) : Job(parent), m_queue(queue), m_id(id) {}

    std::optional<Transfer> transfer() const
    {
        const Transfer *found = m_queue.find(m_id);
        return found ? std::optional(*found) : std::nullopt;
    }

protected:
    void run() override
    {
        connect(&m_queue, &transfer::TransferQueue::changed, this, &TransferJob::look);
        connect(&m_queue, &transfer::TransferQueue::finished, this, &TransferJob::look);
        look(m_id);
    }
    void abort() override { m_queue.cancel(m_id); }

private:
    void look(transfer::TransferId id)
    {
        const auto now = transfer();
        if (id != m_id || !isRunning() || !now)
            return;
        if (now->isActive()) {
            const QString rate = now->bytesPerSecond > 0 ? QLocale().formattedDataSize(qint64(now->bytesPerSecond)) + QStringLiteral("/s") : QString();
            setProgress({now->bytesDone, now->bytesTotal, Progress::Unit::Bytes, QStringList{rate, now->currentFile}.join(QStringLiteral("  ")).trimmed()});
        } else if (now->state == Transfer::State::Done) {
            succeed();
        } else {
            fail(now->errors.isEmpty() ? Error{ErrorKind::Cancelled, tr("The transfer was cancelled."), {}, {}, {}} : now->errors.constFirst());
        }
    }

    transfer::TransferQueue &m_queue;
    transfer::TransferId m_id;
};

class CopyVerb final : public SessionVerb {
    Q_DECLARE_TR_FUNCTIONS(nimbook::cli::CopyVerb)
public:
    CopyVerb(const Context &context, Transfer::Direction direction) : SessionVerb(context), m_direction(direction) {}

    QString text() const override { return m_text; }
    QString goesOn() const override
    {
        return waitingFor() && m_transferring ? tr("Files that were copied already stay.") + QLatin1Char('\n') + SessionVerb::goesOn() : SessionVerb::goesOn();
    }

protected:
    void run() override;

private:
    void listOutputs(const QString &folder, const QString &destination);
    void copy(const QStringList &sources, const QString &destination);
    void answer(transfer::TransferId id);
    void onEnd(const Transfer &transfer);
    transfer::TransferQueue &queue() const { return *session()->transfers(); }

    Transfer::Direction m_direction;
    bool m_transferring = false;
    QString m_text;
};

void CopyVerb::run()
{
    static const QStringList answers{QStringLiteral("ask"), QStringLiteral("overwrite"), QStringLiteral("skip"), QStringLiteral("keep-both")};
    if (const QString wanted = arguments().value(QStringLiteral("conflict"), answers.constFirst()); !answers.contains(wanted)) {
        fail({ErrorKind::InvalidInput, tr("--conflict cannot be “%1”.").arg(wanted), tr("Take one of: %1.").arg(answers.join(QStringLiteral(", "))), {}, {}});
        return;
    }
    if (m_direction == Transfer::Direction::Download) {
        const QString folder = QDir(arguments().value(QStringLiteral("to"), QStringLiteral("."))).absolutePath();
        if (!QDir().mkpath(folder)) {
            fail({ErrorKind::FileSystem, tr("The folder %1 cannot be made.").arg(folder), {}, {}, {}});
            return;
        }
        connectTo(Need::Files, [this, folder] { listOutputs(arguments().value(QStringLiteral("from"), QStringLiteral("/src/outputs")), folder); });
        return;
    }
    QStringList sources;
    const QStringList named = arguments().options.value(QStringLiteral("from"));
    for (const QString &one : named) {
        if (!QFileInfo::exists(one)) {
            fail({ErrorKind::NotFound, tr("There is no %1.").arg(one), {}, {}, {}});
            return;
        }
        sources += QFileInfo(one).absoluteFilePath();
    }
    if (sources.isEmpty()) {
        fail({ErrorKind::InvalidInput, tr("upload-files needs --from."), tr("Name a file or a folder; repeat it for more."), {}, {}});
        return;
    }
    connectTo(Need::Files, [this, sources] { copy(sources, arguments().value(QStringLiteral("to"), QStringLiteral("/src"))); });
}

void CopyVerb::listOutputs(const QString &folder, const QString &destination)
{
    using ListJob = ValueJob<QList<transfer::RemoteEntry>>;
    auto *listing = queue().files()->list(folder, this);
    listing->start();
    await<ListJob>(listing, tr("Looking into %1").arg(folder), [this, folder, destination](ListJob &job) {
        QStringList sources;
        const auto entries = *job.result();
        for (const auto &entry : entries)
            sources += folder + QLatin1Char('/') + entry.name;
        if (sources.isEmpty()) {
            m_text = tr("There is nothing in %1.").arg(folder);
            QJsonObject json = this->json().toObject();
            json.insert(QStringLiteral("files"), 0);
            setJson(json);
            succeed();
            return;
        }
        copy(sources, destination);
    });
}

void CopyVerb::copy(const QStringList &sources, const QString &destination)
{
    const QString wanted = arguments().value(QStringLiteral("conflict"));
    ConflictAnswer answerNow = ConflictAnswer::Ask;
    if (wanted == QLatin1String("overwrite"))
        answerNow = ConflictAnswer::Overwrite;
    else if (wanted == QLatin1String("skip"))
        answerNow = ConflictAnswer::Skip;
    else if (wanted == QLatin1String("keep-both"))
        answerNow = ConflictAnswer::KeepBoth;
    m_transferring = true;
    const bool upload = m_direction == Transfer::Direction::Upload;
    const auto id = upload ? queue().upload(sources, destination, answerNow) : queue().download(sources, destination, answerNow);
    connect(&queue(), &transfer::TransferQueue::changed, this, [this, id](transfer::TransferId changed) {
        const Transfer *now = queue().find(id);
        if (changed == id && now && now->state == Transfer::State::NeedsAnswer)
            answer(id);
    });
    auto *job = new TransferJob(queue(), id, this);
    job->start();
    await<TransferJob>(job, upload ? tr("Uploading to %1").arg(destination) : tr("Downloading to %1").arg(destination),
                       [this](TransferJob &done) { onEnd(*done.transfer()); });
}

void CopyVerb::answer(transfer::TransferId id)
{
    const Transfer *now = queue().find(id);
    disconnect(&queue(), &transfer::TransferQueue::changed, this, nullptr); // one question, one answer
    const QStringList some = now->conflicts.mid(0, 5);
    const QString list = some.join(QStringLiteral(", ")) + (now->conflicts.size() > some.size() ? QStringLiteral(" …") : QString());
    if (!console().canAsk()) {
        failUnanswered(tr("Existing files: %1 (%2).").arg(now->conflicts.size()).arg(list),
                       tr("Say --conflict overwrite, skip or keep-both; nothing was copied."));
        queue().cancel(id);
        return;
    }
    console().ask(tr("Existing files: %1 (%2).\n[o]verwrite, [s]kip, [k]eep both, anything else cancels:").arg(now->conflicts.size()).arg(list),
                  [this, id](const QString &typed) {
                      const QString key = typed.left(1).toLower();
                      const auto answer = key == QLatin1String("o")   ? ConflictAnswer::Overwrite
                                          : key == QLatin1String("s") ? ConflictAnswer::Skip
                                          : key == QLatin1String("k") ? ConflictAnswer::KeepBoth
                                                                      : ConflictAnswer::Ask;
                      if (session() && session()->transfers())
                          queue().answerConflicts(id, answer);
                  });
}

void CopyVerb::onEnd(const Transfer &transfer)
{
    m_text = tr("Files: %1, %2, to %3").arg(transfer.filesDone).arg(QLocale().formattedDataSize(transfer.bytesDone), transfer.destination);
    QJsonObject json = this->json().toObject();
    json.insert(QStringLiteral("files"), transfer.filesDone);
    json.insert(QStringLiteral("bytes"), transfer.bytesDone);
    json.insert(QStringLiteral("destination"), transfer.destination);
    setJson(json);
    succeed();
}

} // namespace

std::unique_ptr<Verb> makeFileVerb(const Context &context)
{
    if (context.arguments.verb == QLatin1String("upload-files"))
        return std::make_unique<CopyVerb>(context, Transfer::Direction::Upload);
    if (context.arguments.verb == QLatin1String("download-outputs"))
        return std::make_unique<CopyVerb>(context, Transfer::Direction::Download);
    return nullptr;
}

} // namespace nimbook::cli
