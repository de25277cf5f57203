// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDateTime>
#include <QList>
#include <QLockFile>
#include <QString>

#include <memory>

namespace nimbook::workspace {

/// What somebody set out to make, on disk before Google hears of it.
struct Creation {
    struct Attempt {
        QString zone;
        QString requestId; ///< of the insert that was sent there
        bool operator==(const Attempt &) const = default;
    };

    QString id;      ///< the value of the label that machine and disk carry from before they exist
    QString account; ///< Account::key()
    QString project;
    QString name;
    QDateTime began;
    QList<Attempt> attempts; ///< the latest last
    bool operator==(const Creation &) const = default;
};

/// One creation that this process is at. Going away leaves the note behind, as a crash does; forget() removes it.
class CreationNote {
public:
    CreationNote(const QString &folder, Creation creation);
    ~CreationNote();
    Q_DISABLE_COPY_MOVE(CreationNote)

    const Creation &creation() const { return m_creation; }
    void add(const Creation::Attempt &attempt); ///< written before it returns; a disk that is full is logged only, the label remains
    void forget();

private:
    QString m_path;
    Creation m_creation;
    QLockFile m_lock;
};

/// The notes of all creations, one file each in Directories::state + "/creations". A file whose writer lives is never read, so that
/// two windows of Nimbook do not take each other's work for a leftover. Thread: any; small files, read and written at once.
class CreationJournal {
public:
    explicit CreationJournal(QString folder) : m_folder(std::move(folder)) {}

    std::unique_ptr<CreationNote> begin(const QString &account, const QString &project, const QString &name) const;

    QList<Creation> leftovers(const QString &account, const QString &project) const;
    void forget(const QString &id) const;

private:
    QString m_folder;
};

} // namespace nimbook::workspace
