// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transfer/file_transfer.h"

namespace nimbook::transfer {

/// A file that comes to be on the machine: lies under its temporary name until it is whole, then gets its own by rename.
class RemotePart : public FileTransfer {
public:
    using FileTransfer::FileTransfer;

protected:
    void namePart();
    void openPart();   ///< makes it; what a broken connection left under that name goes first
    void reopenPart(); ///< goes on with what is there; where that cannot be, as openPart()
    virtual void onPartOpened(bool wentOn) = 0;

    void sealPart(const sftp::Attributes &attributes); ///< mode and time, and to the disk
    /// How much has arrived, by Fstat of the handle or Lstat of the part; for compareArrived().
    void askForSize(sftp::Request request);
    void closePart();
    void compareArrived(); ///< notes an error when not all of it has
    void askForPlace(const PlaceBefore &before); ///< notes an error when something else lies there
    void renamePart(qint64 modified);
    bool isRenamed() const { return m_isRenamed; } ///< whatever was noted meanwhile: the file has its name
    void removePart(); ///< unless it is of use to another attempt; the error says where the disk is full

    sftp::Request openLeg() const override { return sftp::open(m_part, sftp::OpenWrite); }

    static const char *const writeAttempt;
    QByteArray m_part;
    QByteArray m_handle;

private:
    void onOpened(const SftpClient::Answer &answer);
    void checkName(std::function<void()> then);
    void nameAnew(qint64 modified);
    void sendRename(qint64 modified);
    void onRenamed(qint64 modified, const SftpClient::Answer &answer);

    bool m_reopening = false;
    bool m_retriedOpen = false;
    bool m_isRenamed = false;
    bool m_isAllThereIs = false; ///< the file that was to be replaced is gone
    bool m_isSomebodyElses = false; ///< what bears the part's name
    std::optional<sftp::Attributes> m_arrived;
};

quint32 sftpTime(qint64 seconds); ///< since 1970; SFTP v3 has 32 bits for it

} // namespace nimbook::transfer
