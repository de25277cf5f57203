// SPDX-License-Identifier: Apache-2.0
#include "transfer/remote_part.h"

#include "transfer/names.h"

#include <limits>

namespace nimbook::transfer {

const char *const RemotePart::writeAttempt = QT_TRANSLATE_NOOP("nimbook::transfer", "Could not write \"%1\" on %2");

quint32 sftpTime(qint64 seconds)
{
    return quint32(qBound<qint64>(0, seconds, std::numeric_limits<quint32>::max()));
}

void RemotePart::namePart()
{
    m_part = joinPath(folderOf(m_task.destination), partName(nameOf(m_task.destination)));
}

void RemotePart::openPart()
{
    m_reopening = false;
    sftp::Attributes attributes;
    attributes.permissions = 0600; // nobody else reads it before it has its own mode
    ask(sftp::open(m_part, sftp::OpenWrite | sftp::OpenCreate | sftp::OpenExclusive, attributes),
        [this](const SftpClient::Answer &answer) { onOpened(answer); });
}

void RemotePart::reopenPart()
{
    m_reopening = true;
    ask(openLeg(), [this](const SftpClient::Answer &answer) { onOpened(answer); });
}

void RemotePart::onOpened(const SftpClient::Answer &answer)
{
    const bool inTheWay = isStatus(answer, sftp::Code::Failure) || (m_reopening && answer && !std::holds_alternative<sftp::Handle>(*answer));
    if (inTheWay && !m_retriedOpen && !hasFailed()) {
        // Most likely a part file that a broken connection left behind.
        m_retriedOpen = true;
        ask(sftp::onPath(sftp::Type::Remove, m_part), [](const SftpClient::Answer &) {});
        openPart();
        return;
    }
    const auto handle = expectReply<sftp::Handle>(answer, attempt(writeAttempt, m_task.destination));
    if (!handle) {
        note(handle.error());
        return;
    }
    m_handle = handle->id;
    onPartOpened(m_reopening);
}

void RemotePart::sealPart(const sftp::Attributes &attributes)
{
    // Some file systems (FAT, bucket mounts) have no modes; the bytes count.
    ask(sftp::setHandleAttributes(m_handle, attributes), [](const SftpClient::Answer &) {});
    if (client().canSync()) {
        ask(sftp::sync(m_handle), [this](const SftpClient::Answer &answer) {
            if (const auto ok = expectOk(answer, attempt(writeAttempt, m_task.destination)); !ok)
                note(ok.error());
        }, 0, Patience::forDisk(m_size));
    }
}

void RemotePart::askForSize(sftp::Request request)
{
    ask(std::move(request), [this](const SftpClient::Answer &answer) {
        const auto arrived = expectReply<sftp::Attributes>(answer, attempt(writeAttempt, m_task.destination));
        if (arrived)
            m_arrived = *arrived;
        else
            note(arrived.error());
    });
}

void RemotePart::closePart()
{
    ask(sftp::onHandle(sftp::Type::Close, m_handle), [this](const SftpClient::Answer &answer) {
        if (const auto ok = expectOk(answer, attempt(writeAttempt, m_task.destination)); !ok)
            note(ok.error());
    }, 0, Patience::forDisk(m_size)); // some network file systems send the bytes only now
}

void RemotePart::compareArrived()
{
    if (!m_arrived || !m_arrived->size || *m_arrived->size == quint64(m_size))
        return;
    note(Error{ErrorKind::FileSystem,
               transferText("\"%1\" did not arrive whole on %2: %3 of %4 bytes.")
                   .arg(shownPath(m_task.destination), client().machineName()).arg(*m_arrived->size).arg(m_size),
               transferText("Try again."), {}, {}});
}

void RemotePart::askForPlace(const PlaceBefore &before)
{
    ask(sftp::onPath(sftp::Type::Lstat, m_task.destination), [this, before](const SftpClient::Answer &answer) {
        const auto *there = answer ? std::get_if<sftp::Attributes>(&*answer) : nullptr;
        if (!answer)
            note(answer.error());
        else if (!there || !there->isFile() || there->size != quint64(before.size) || there->modified != sftpTime(before.modified))
            note(placeChanged(m_task.destination));
    });
}

void RemotePart::renamePart(qint64 modified)
{
    if (!m_tools.hasher || !m_tools.hasher->isAvailable())
        m_whyNotVerified = m_tools.hasher ? m_tools.hasher->whyNot() : QString();
    // A small file has just been read for its digest by that name.
    if (m_segments.count() > 1)
        checkName([this, modified] { nameAnew(modified); });
    else
        nameAnew(modified);
}

/// A second program that writes the same file has taken our part for one that was left behind: what bears its name now is half of its own.
/// Nobody can lock a file over SFTP, but ours is known by its size and mode.
void RemotePart::checkName(std::function<void()> then)
{
    ask(sftp::onPath(sftp::Type::Lstat, m_part), [this, then = std::move(then)](const SftpClient::Answer &answer) {
        const auto *named = answer ? std::get_if<sftp::Attributes>(&*answer) : nullptr;
        const bool isOurs = named && m_arrived && named->size == m_arrived->size && named->permissions == m_arrived->permissions;
        if (!answer) {
            note(answer.error());
        } else if (!isOurs && m_arrived) {
            m_isSomebodyElses = true;
            note(Error{ErrorKind::AlreadyExists,
                       transferText("\"%1\" was not written: something else writes a file of that name on %2 at the same time.")
                           .arg(shownPath(m_task.destination), client().machineName()),
                       transferText("Wait for it, then try again."), {}, {}});
        } else if (!hasFailed()) {
            then();
        }
    });
}

void RemotePart::nameAnew(qint64 modified)
{
    renaming(outcome(modified));
    if (!m_task.replace || client().canReplace()) {
        sendRename(modified);
        return;
    }
    // Not in one step, but all that such a server offers. One after the other: SFTP promises no order between two names.
    ask(sftp::onPath(sftp::Type::Remove, m_task.destination), [this, modified](const SftpClient::Answer &answer) {
        m_isAllThereIs = isStatus(answer, sftp::Code::Ok);
        sendRename(modified);
    });
}

void RemotePart::sendRename(qint64 modified)
{
    const bool inOneStep = m_task.replace && client().canReplace();
    ask(inOneStep ? sftp::posixRename(m_part, m_task.destination) : sftp::rename(m_part, m_task.destination),
        [this, modified](const SftpClient::Answer &answer) { onRenamed(modified, answer); });
}

void RemotePart::onRenamed(qint64 modified, const SftpClient::Answer &answer)
{
    if (!answer) {
        FileResult lost = outcome(modified); // renamed perhaps: the answer never came
        lost.error = answer.error();
        lost.inDoubt = true;
        finish(lost);
        return;
    }
    const auto ok = expectOk(answer, attempt(writeAttempt, m_task.destination));
    if (ok) {
        m_isRenamed = true;
        return;
    }
    if (m_isAllThereIs) {
        note(Error{ErrorKind::FileSystem,
                   transferText("\"%1\" on %2 was removed to make room for the new one, which could not get its name then; it lies there complete as \"%3\".")
                       .arg(shownPath(m_task.destination), client().machineName(), shownPath(m_part)),
                   transferText("Rename it, or try again."), ok.error().message, {}});
        return;
    }
    if (!isStatus(answer, sftp::Code::Failure)) {
        note(ok.error());
        return;
    }
    // "Failure" is also how a file looks that came to be since the plan was made.
    ask(sftp::onPath(sftp::Type::Lstat, m_task.destination), [this, error = ok.error()](const SftpClient::Answer &there) mutable {
        if (there && std::holds_alternative<sftp::Attributes>(*there) && !m_task.replace) {
            error.kind = ErrorKind::AlreadyExists;
            error.message = transferText("\"%1\" was not written: meanwhile a file of that name has appeared on %2.")
                                .arg(shownPath(m_task.destination), client().machineName());
        }
        note(error);
    });
}

void RemotePart::removePart()
{
    // The space is asked for while the part file still takes its own.
    explain(folderOf(m_task.destination), [this] {
        if (!leavesPart() && !m_isAllThereIs && !m_isSomebodyElses)
            ask(sftp::onPath(sftp::Type::Remove, m_part), [](const SftpClient::Answer &) {});
    });
}

} // namespace nimbook::transfer
