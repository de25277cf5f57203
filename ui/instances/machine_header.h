// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/clock.h"
#include "cloud/model/instance.h"
#include "workspace/catalogue.h"

#include <QTimer>
#include <QWidget>

class QAction;
class QToolButton;

namespace nimbook::ui {

class AccentButton;
class ElidedLabel;
class MachineActions;
class StateBadge;

/// The head of a machine's page: what it is, how it is, what it costs, and the buttons.
class MachineHeader : public QWidget {
    Q_OBJECT
public:
    MachineHeader(const workspace::Catalogue &catalogue, MachineActions &actions, QWidget *parent = nullptr);

    void setMachine(const cloud::Instance &machine);

private:
    QToolButton *actionButton(QAction *action, const QString &objectName);
    void showMoney();

    const workspace::Catalogue &m_catalogue;
    cloud::Instance m_machine;
    ElidedLabel *m_name;
    StateBadge *m_badge;
    ElidedLabel *m_facts;
    ElidedLabel *m_money;
    AccentButton *m_open;
    QToolButton *m_start;
    QToolButton *m_stop;
    QTimer m_tick;
};

} // namespace nimbook::ui
