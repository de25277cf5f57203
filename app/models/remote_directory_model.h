// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transfer/remote_files.h"

#include <QAbstractTableModel>
#include <QPointer>

namespace nimbook::models {

/// One folder of a machine. A refresh changes row by row, so that selection and scroll position stay.
///
/// What is dropped on it is planned by planRemoteDrop(): moves within the machine are done here, uploads are asked for by signal.
class RemoteDirectoryModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Name, Size, Modified, ColumnCount };
    enum Role {
        SortRole = Qt::UserRole + 1, ///< raw value: name, bytes, time
        TypeRole,                    ///< int(transfer::RemoteEntry::Type)
        UsableRole,                  ///< bool
        PathRole,                    ///< absolute, as the machine knows it
    };
    enum class State { NoFolder, Loading, Ready, Failed };
    Q_ENUM(State)

    explicit RemoteDirectoryModel(QObject *parent = nullptr);

    /// \param owner see remoteOwner(). null files: not connected; what is shown goes.
    void setFiles(transfer::RemoteFiles *files, const QString &owner);
    QString owner() const { return m_owner; }
    transfer::RemoteFiles *files() const { return m_files; } ///< null: not connected
    static QString kindText(const transfer::RemoteEntry &entry);

    QString directory() const { return m_directory; }
    void setDirectory(const QString &path); ///< rows go at once, the new ones come with Ready
    void refresh();                         ///< the rows stay until the answer is there
    State state() const { return m_state; }
    const Error &error() const { return m_error; } ///< when Failed

    const transfer::RemoteEntry *entry(const QModelIndex &index) const;
    QString path(const QModelIndex &index) const;
    QModelIndex find(const QString &name) const;

    void makeDirectory(const QString &name);
    void rename(const QString &name, const QString &newName);
    void remove(const QStringList &paths);
    void move(const QStringList &paths, const QString &directory);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    bool setData(const QModelIndex &index, const QVariant &value, int role) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;
    QStringList mimeTypes() const override;
    QMimeData *mimeData(const QModelIndexList &indexes) const override;
    Qt::DropActions supportedDropActions() const override { return Qt::CopyAction | Qt::MoveAction; }
    /// Never Move: a file manager on the same disk would take the prepared copy away, and the file of the machine would stay all the same.
    Qt::DropActions supportedDragActions() const override { return Qt::CopyAction; }
    bool canDropMimeData(const QMimeData *data, Qt::DropAction action, int row, int column, const QModelIndex &parent) const override;
    bool dropMimeData(const QMimeData *data, Qt::DropAction action, int row, int column, const QModelIndex &parent) override;

Q_SIGNALS:
    void directoryChanged(const QString &path);
    void stateChanged();
    void refreshed(); ///< the rows are those of the machine now
    void uploadRequested(const QStringList &localPaths, const QString &directory);
    void changed(const QString &name); ///< a folder was made or something renamed: \a name is there after the next refreshed()
    void operationFailed(const nimbook::Error &error); ///< making, renaming, moving or deleting did not work

private:
    void setState(State state);
    void onListed(const QString &directory, const Result<QList<transfer::RemoteEntry>> &result);
    void apply(QList<transfer::RemoteEntry> entries);
    void runAndRefresh(ValueJob<Done> *job, const QString &name);
    QString dropDirectory(const QModelIndex &parent) const;

    QPointer<transfer::RemoteFiles> m_files;
    QString m_owner;
    QString m_directory;
    State m_state = State::NoFolder;
    Error m_error;
    QList<transfer::RemoteEntry> m_entries; ///< by name
    QPointer<Job> m_listing;
};

} // namespace nimbook::models
