// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cloud/model/instance.h"

#include <QWidget>

#include <optional>

class QListView;

namespace nimbook::models {
class InstanceGroups;
}

namespace nimbook::ui {

class RailButton;

/// The left rail: all machines, in groups by what they do. Choosing one opens its page.
class MachineRail : public QWidget {
    Q_OBJECT
public:
    explicit MachineRail(models::InstanceGroups &groups, QWidget *parent = nullptr);

    /// Marks \a ref without telling anybody; none: "All machines".
    void setCurrent(const std::optional<cloud::InstanceRef> &ref);
    QListView *view() const { return m_view; }

Q_SIGNALS:
    void machineChosen(const nimbook::cloud::InstanceRef &ref);
    void allChosen();
    void newMachineRequested();
    void contextMenuRequested(const nimbook::cloud::InstanceRef &ref, const QPoint &globalPosition);

private:
    void mark();

    models::InstanceGroups &m_groups;
    std::optional<cloud::InstanceRef> m_current;
    bool m_marking = false;
    RailButton *m_all;
    QListView *m_view;
    RailButton *m_new;
};

} // namespace nimbook::ui
