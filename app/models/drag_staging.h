// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transfer/transfer_queue.h"

#include <QDateTime>
#include <QHash>
#include <QObject>
#include <QPointer>
#include <QStringList>

#include <optional>

namespace nimbook::models {

/// Copies of remote files on this computer, made before a drag leaves the window.
///
/// Why before: a file manager asks for the files at the moment of the drop and gives up after some 0.2 s, which no network keeps.
/// So small selections are fetched as soon as they are selected, and larger ones when somebody first tries to drag them.
class DragStaging : public QObject {
    Q_OBJECT
public:
    struct Item {
        QString path;
        transfer::RemoteEntry entry;
    };
    /// Fetched without being asked: little enough to cost nothing, even when it was selected for another reason.
    static constexpr qint64 smallEnough = 8'000'000;

    /// \param folder of this computer, made when needed; what is in it goes with this object
    explicit DragStaging(QString folder, QObject *parent = nullptr);
    ~DragStaging() override;

    void setQueue(transfer::TransferQueue *queue);
    QString folder() const { return m_folder; }

    void selectionChanged(const QList<Item> &items); ///< fetches what is small
    void prepare(const QList<Item> &items);          ///< fetches whatever the size
    QStringList copies(const QList<Item> &items) const; ///< all of them, whole and fresh; else empty
    bool isPreparing() const { return m_current.has_value(); }
    bool isPreparing(const QList<Item> &items) const; ///< exactly these
    bool isAwaited() const { return m_current && m_current->wanted; } ///< prepare() was asked for and is under way
    void giveUp(); ///< stops that

Q_SIGNALS:
    void ready(const QString &title);    ///< what was asked for by prepare() can be dragged now
    void progressed(const QString &text, int percent); ///< translated; -1: not known
    void waitingChanged(); ///< isAwaited()
    void ended();          ///< a fetch came to its end, well or not
    void failed(const nimbook::Error &error);

private:
    struct Batch {
        transfer::TransferId id = 0;
        QList<Item> items;
        QString folder;
        bool wanted = false; ///< asked for by prepare(): the person waits
    };
    struct Copy {
        QString localPath;
        qint64 size = 0;
        QDateTime modified;
        QDateTime fetched;
    };

    void fetch(const QList<Item> &items, bool wanted);
    void onChanged(transfer::TransferId id);
    void onFinished(transfer::TransferId id);
    bool isFresh(const Item &item) const;

    QString m_folder;
    QPointer<transfer::TransferQueue> m_queue;
    std::optional<Batch> m_current;
    QHash<QString, Copy> m_copies; ///< by remote path
    int m_batches = 0;
};

} // namespace nimbook::models
