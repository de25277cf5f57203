// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/activity_model.h"
#include "ui/files/transfer_list.h"

#include <QWidget>

class QLabel;
class QToolButton;
class QTreeView;

namespace nimbook::ui {

class BusySpinner;
class TunnelIndicator;

/// The bottom of the window: one line on what runs; unfolds into the transfers and the operations.
class ActivityStrip : public QWidget {
    Q_OBJECT
public:
    explicit ActivityStrip(workspace::Workspace &workspace, QWidget *parent = nullptr);

    void setUnfolded(bool unfolded);
    bool isUnfolded() const;
    TunnelIndicator *tunnel() const { return m_tunnel; }

Q_SIGNALS:
    void unfoldedChanged(bool unfolded);

private:
    QWidget *makePanel();
    QWidget *makeLine();
    void showSummary();
    void showContextMenu(const QPoint &position);

    workspace::Workspace &m_workspace;
    models::ActivityModel m_model;
    TransferList *m_transfers;
    QTreeView *m_view;
    QWidget *m_panel;
    QToolButton *m_toggle;
    BusySpinner *m_spinner;
    TunnelIndicator *m_tunnel;
};

} // namespace nimbook::ui
