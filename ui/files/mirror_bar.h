// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sync/mirror.h"

#include <QPointer>
#include <QWidget>

class QVBoxLayout;

namespace nimbook::ui {

/// The folders that are being followed live, a line each, with a way to stop. Hidden while there is none.
class MirrorBar : public QWidget {
    Q_OBJECT
public:
    MirrorBar(const QString &machineName, QWidget *parent);

    /// Starts following; does nothing when that very pair is followed already.
    void follow(transfer::TransferQueue &queue, sync::Mirror::Direction direction, const sync::FolderPair &folders);
    QList<sync::Mirror *> mirrors() const; ///< those that run
    static QString title(const sync::Mirror &mirror, const QString &machineName); ///< "Following /src/outputs on trainer-1 into /home/ada/outputs"

Q_SIGNALS:
    void started(nimbook::Job *job, const QString &title);
    void copied(nimbook::sync::Mirror::Direction direction);

private:
    void addLine(sync::Mirror *mirror);

    QString m_machineName;
    QVBoxLayout *m_lines;
    QList<QPointer<sync::Mirror>> m_mirrors;
};

} // namespace nimbook::ui
