// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "base/job.h"
#include "transfer/sftp_client.h"

#include <functional>

/// How refusals of the two file systems become Errors.
namespace nimbook::transfer {

/// What was being tried; the sentence is only built when it is needed.
struct Attempt {
    const char *text = nullptr; ///< source text with %1 (path) and perhaps %2 (machine), marked by QT_TRANSLATE_NOOP("nimbook::transfer", …)
    QByteArray path;
    QString machineName = {};

    QString sentence() const; ///< without the full stop: "Could not write "a.bin" on trainer-1"
};

QString transferText(const char *text); ///< translated, in the context "nimbook::transfer"
Error localError(const Attempt &attempt, int errnoValue);
Error remoteError(const Attempt &attempt, const sftp::Status &status);
Error unexpectedReply(const Attempt &attempt);
Error differentBytes(const QByteArray &path); ///< the digests of both ends are not the same
Error placeChanged(const QByteArray &destination); ///< see PlaceBefore

/// The answer as \a T, or why it is not one.
template<typename T>
Result<T> expectReply(const SftpClient::Answer &answer, const Attempt &attempt)
{
    if (!answer)
        return failure(answer.error());
    if (const T *value = std::get_if<T>(&*answer))
        return *value;
    if (const auto *status = std::get_if<sftp::Status>(&*answer); status && status->code != sftp::Code::Ok)
        return failure(remoteError(attempt, *status));
    return failure(unexpectedReply(attempt));
}

/// For requests that are answered by a status alone.
Result<Done> expectOk(const SftpClient::Answer &answer, const Attempt &attempt);

bool isStatus(const SftpClient::Answer &answer, sftp::Code code);

/// SFTP has no word for "disk full": asks the server for the space left in \a folder and passes on NoSpace where that explains \a error.
void explainBySpace(SftpClient &client, const QByteArray &folder, Error error, std::function<void(Error)> then);

} // namespace nimbook::transfer
