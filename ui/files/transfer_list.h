// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workspace/workspace.h"

#include <QWidget>

#include <memory>

namespace nimbook::ui {

/// All transfers of all machines, newest first, with cancel, retry and "show in folder". Part of the activity strip.
class TransferList : public QWidget {
    Q_OBJECT
    Q_PROPERTY(QString summary READ summary NOTIFY summaryChanged)
public:
    explicit TransferList(workspace::Workspace &workspace, QWidget *parent = nullptr);
    ~TransferList() override;

    /// "3 transfers · 412 MB of 1.2 GB · 96 MB/s · 8 s left"; empty when there has been none.
    QString summary() const;
    int activeCount() const;

Q_SIGNALS:
    void summaryChanged(const QString &summary);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace nimbook::ui
