// SPDX-License-Identifier: Apache-2.0
#include "transfer/file_errors.h"

#include "transfer/names.h"
#include "transfer/remote_files.h"

#include <QCoreApplication>

#include <cerrno>

namespace nimbook::transfer {
namespace {

constexpr quint64 nearlyNothing = 256 * 1024; // bytes; less than this left counts as full

QString nextStepFor(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::NoSpace: return transferText("Delete what is not needed, or enlarge the disk; then try again.");
    case ErrorKind::PermissionDenied: return transferText("Choose a folder that this account may use, or change its permissions.");
    case ErrorKind::NotFound: return transferText("Refresh the list: it may have been moved or deleted.");
    default: return {};
    }
}

Error makeError(ErrorKind kind, const Attempt &attempt, const QString &reason, const QString &detail)
{
    return Error{kind, transferText("%1: %2.").arg(attempt.sentence(), reason), nextStepFor(kind), detail, {}};
}

ErrorKind kindOf(int errnoValue)
{
    switch (errnoValue) {
    case ENOSPC:
    case EDQUOT: return ErrorKind::NoSpace;
    case EACCES:
    case EPERM:
    case EROFS: return ErrorKind::PermissionDenied;
    case ENOENT: return ErrorKind::NotFound;
    case EEXIST: return ErrorKind::AlreadyExists;
    default: return ErrorKind::FileSystem;
    }
}

} // namespace

QString transferText(const char *text)
{
    return QCoreApplication::translate("nimbook::transfer", text);
}

QString Attempt::sentence() const
{
    QString sentence = transferText(text);
    // Both at once: a path may hold "%2".
    return sentence.contains(QLatin1String("%2")) ? sentence.arg(shownPath(path), machineName) : sentence.arg(shownPath(path));
}

Error localError(const Attempt &attempt, int errnoValue)
{
    return makeError(kindOf(errnoValue), attempt, qt_error_string(errnoValue), QStringLiteral("errno %1").arg(errnoValue));
}

Error remoteError(const Attempt &attempt, const sftp::Status &status)
{
    const QString said = QString::fromUtf8(status.message.first(qMin<qsizetype>(status.message.size(), 500)));
    const QString detail = QStringLiteral("SFTP status %1: %2").arg(quint32(status.code)).arg(said);
    switch (status.code) {
    case sftp::Code::NoSuchFile: return makeError(ErrorKind::NotFound, attempt, transferText("there is no such file or folder"), detail);
    case sftp::Code::PermissionDenied: return makeError(ErrorKind::PermissionDenied, attempt, transferText("the machine does not permit it"), detail);
    case sftp::Code::Unsupported: return makeError(ErrorKind::Unsupported, attempt, transferText("the machine's file service cannot do it"), detail);
    case sftp::Code::NoConnection:
    case sftp::Code::ConnectionLost: return makeError(ErrorKind::Network, attempt, transferText("the connection was lost"), detail);
    case sftp::Code::BadMessage: return makeError(ErrorKind::Protocol, attempt, transferText("the machine did not understand the request"), detail);
    default: return makeError(ErrorKind::FileSystem, attempt, transferText("the machine refused it without a reason (\"%1\")").arg(displayName(said)), detail);
    }
}

Error unexpectedReply(const Attempt &attempt)
{
    return makeError(ErrorKind::Protocol, attempt, transferText("the machine gave an answer that does not fit the question"), {});
}

Error differentBytes(const QByteArray &path)
{
    return Error{ErrorKind::Conflict, transferText("\"%1\" did not arrive as it is at its source, so it was not put in its place.").arg(shownPath(path)),
                 transferText("Something may have written to it meanwhile. Try again."), QStringLiteral("SHA-256 of the two ends differs"), {}};
}

Error placeChanged(const QByteArray &destination)
{
    return Error{ErrorKind::Conflict, transferText("\"%1\" was not replaced: it is no longer as it was when this copy was decided on.").arg(shownPath(destination)),
                 transferText("Look at both versions, then decide again."), {}, {}};
}

Result<Done> expectOk(const SftpClient::Answer &answer, const Attempt &attempt)
{
    if (!answer)
        return failure(answer.error());
    const auto *status = std::get_if<sftp::Status>(&*answer);
    if (!status)
        return failure(unexpectedReply(attempt));
    if (status->code != sftp::Code::Ok)
        return failure(remoteError(attempt, *status));
    return Done{};
}

bool isStatus(const SftpClient::Answer &answer, sftp::Code code)
{
    const auto *status = answer ? std::get_if<sftp::Status>(&*answer) : nullptr;
    return status && status->code == code;
}

void explainBySpace(SftpClient &client, const QByteArray &folder, Error error, std::function<void(Error)> then)
{
    if (error.kind != ErrorKind::FileSystem || !client.canTellSpace()) {
        then(std::move(error));
        return;
    }
    const QString machine = client.machineName();
    client.send(sftp::space(folder), [=, error = std::move(error), then = std::move(then)](const SftpClient::Answer &answer) mutable {
        const auto *body = answer ? std::get_if<sftp::ExtendedData>(&*answer) : nullptr;
        const auto space = body ? sftp::parseSpace(body->bytes) : std::nullopt;
        const bool noBytes = space && (space->blockSize == 0 || space->available < nearlyNothing / space->blockSize);
        const bool noInodes = space && space->inodes > 0 && space->inodesAvailable == 0;
        if (noBytes || noInodes) {
            error.kind = ErrorKind::NoSpace;
            error.message = transferText("The disk of %1 that holds \"%2\" is full.").arg(machine, shownPath(folder));
            error.nextStep = nextStepFor(ErrorKind::NoSpace);
        }
        then(std::move(error));
    });
}

} // namespace nimbook::transfer
